/** What the page of `local-slack` lacks beside Slack's own. It is changed as it is served; the files of the package stay as they are. */

/** Runs in the browser before the page's own code, which calls what is put on `window`. */
export const PAGE_SCRIPT = `
// Slack shows each reader's own time, the page would show \`<!date^…>\` as sent.
const formats = {
  '{date_short_pretty}': (date) => date.toLocaleDateString(undefined, { day: 'numeric', month: 'short' }),
  '{time}': (date) => date.toLocaleTimeString(undefined, { hour: '2-digit', minute: '2-digit' }),
}
const dates = /<!date\\^(\\d+)\\^([^|>]*)\\|[^>]*>/g
const shown = (_, epoch, format) =>
  format.replace(/\\{\\w+\\}/g, (part) => formats[part]?.(new Date(Number(epoch) * 1000)) ?? part)
const showDates = (root) => {
  const texts = document.createTreeWalker(root, NodeFilter.SHOW_TEXT)
  for (let text = root.nodeType === 3 ? root : texts.nextNode(); text; text = texts.nextNode()) {
    if (text.nodeValue.includes('<!date^')) text.nodeValue = text.nodeValue.replace(dates, shown)
  }
}
new MutationObserver((changes) => {
  for (const change of changes) {
    if (change.type === 'characterData') showDates(change.target)
    for (const node of change.addedNodes) showDates(node)
  }
}).observe(document, { subtree: true, childList: true, characterData: true })

// Slack asks before it sends a button that has a \`confirm\`.
const make = (tag, className, ...inside) => {
  const element = Object.assign(document.createElement(tag), { className })
  element.append(...inside)
  return element
}
window.confirmFirst = ({ confirm }, send) => {
  if (!confirm) return send()
  const no = make('button', 'modal-btn', confirm.deny.text)
  const yes = make('button', 'modal-btn primary', confirm.confirm.text)
  yes.autofocus = true
  const dialog = make(
    'dialog',
    'modal',
    make('div', 'modal-head', make('span', 'modal-title', confirm.title.text)),
    make('div', 'modal-body', confirm.text.text),
    make('div', 'modal-foot', no, yes),
  )
  no.onclick = () => dialog.close()
  yes.onclick = () => dialog.close('yes')
  dialog.onclose = () => {
    dialog.remove()
    if (dialog.returnValue === 'yes') send()
  }
  document.body.append(dialog)
  dialog.showModal()
}

// Slack shows and sends what a form is prefilled with, and a form takes the keyboard.
const initial = ({ type, initial_value: value, initial_option, initial_options, initial_date }) =>
  value !== undefined
    ? { type, value }
    : initial_option
      ? { type, selected_option: initial_option }
      : initial_options
        ? { type, selected_options: initial_options }
        : initial_date && { type, selected_date: initial_date }
window.openedForm = (view) => {
  document.querySelector('.modal-body :is(input, textarea, select)')?.focus()
  const fields = (view?.blocks ?? []).filter(({ type }) => type === 'input')
  return Object.fromEntries(
    fields.flatMap(({ block_id, element }) => {
      const value = initial(element)
      return value ? [[block_id, { [element.action_id]: value }]] : []
    }),
  )
}
`

/** The page is made for a desk. On a phone channels are a strip, a thread covers the channel, and a finger finds each button. */
export const PAGE_STYLE = `
textarea.bk-plain-input { min-height: 5em; resize: vertical }
fieldset.bk-input { margin: 0; padding: 0; border: none }
dialog.modal { padding: 0; border: none; color: inherit }
dialog::backdrop { background: #0006 }
@media (max-width: 600px) {
  .brand, .app-status, .topbar .status, .sound-toggle, .inspector-toggle { display: none }
  .sidebar-header, .search-bar, .sidebar-section, .msg-hover-actions, .thread-resize-handle { display: none !important }
  .body { flex-direction: column }
  .main { min-height: 0 }
  .sidebar { display: flex; width: 100%; padding: 0; overflow-x: auto }
  .sidebar-item { width: auto; white-space: nowrap }
  .sidebar-item, .bk-button, .bk-select, .bk-plain-input, .modal-btn, .modal-x, .thread-x, .composer-send, .thread-summary,
  .actas select, .notif-bell { min-height: 44px; min-width: 44px }
  .bk-button, .bk-select { max-width: 100%; white-space: normal }
  .bk-plain-input, .composer-input, .composer-highlight { font-size: 16px }
  .bk-options label { min-height: 44px; align-content: center }
  .topbar { height: 52px }
  .topbar-right { flex: 1; justify-content: space-between }
  .notif-panel { position: fixed; top: 52px; left: 0; right: 0; width: auto }
  .msg { padding: 6px 12px }
  .blocks, .msg-body { max-width: 100%; overflow-wrap: anywhere }
  .composer { margin: 8px }
  .thread-pane { position: fixed; top: 52px; right: 0; bottom: 0; left: 0; width: auto !important; z-index: 30 }
  .modal { max-width: 100vw; max-height: 100vh }
}
`

/** One change of the page's own code: what stands there exactly once, and what it becomes. */
type Edit = readonly [from: string, to: string]

export const PAGE_EDITS: readonly Edit[] = [
  // A press of a button that asks first.
  [
    'onClick:()=>k({type:"button",value:l.value,text:l.text})',
    'onClick:()=>confirmFirst(l,()=>k({type:"button",value:l.value,text:l.text}))',
  ],
  // A form that opens.
  ['Q.useEffect(()=>{k({})},[m==null?void 0:m.id', 'Q.useEffect(()=>{k(openedForm(m))},[m==null?void 0:m.id'],
  // Several lines where a field has them, and a name for each field.
  [
    'f.jsx("input",{className:"bk-plain-input",placeholder:',
    'f.jsx(l.multiline?"textarea":"input",{className:"bk-plain-input",placeholder:',
  ],
  [
    'f.jsxs("div",{className:"bk-input",children:',
    'f.jsxs(l.element.options&&l.element.type!=="static_select"?"fieldset":"label",{className:"bk-input",children:',
  ],
  ['f.jsx("label",{className:"bk-label",', 'f.jsx("span",{className:"bk-label",'],
  // What only one person sees, and is notified of.
  [
    'D=c&&!se?l.messages[c]??[]:[]',
    'D=(c&&!se?l.messages[c]??[]:[]).filter(w=>!w.ephemeral_to||w.ephemeral_to===m)',
  ],
  ['W.user!==m&&w.push(', 'W.user!==m&&(!W.ephemeral_to||W.ephemeral_to===m)&&w.push('],
  // A message that a link led to stays in view.
  ['M.current.scrollHeight})},[D.length,c,fe])', 'M.current.scrollHeight})},[D.length,c])'],
]
