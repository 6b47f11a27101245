/** Block Kit as simple HTML, as far as Slipway uses it. An unknown block is shown as an error. */
import type { AnyBlock, ConfirmationDialog, KnownBlock, ModalView } from '@slack/types'
import { escapeHtml, mrkdwn } from './mrkdwn.js'

type Element = Extract<KnownBlock, { type: 'actions' }>['elements'][number]
type Input = Extract<KnownBlock, { type: 'input' }>
type Text = { readonly type: string; readonly text: string }

const words = (text: Text): string => (text.type === 'mrkdwn' ? mrkdwn(text.text) : escapeHtml(text.text))

/** The blocks of a message, a Home tab or a form. */
export function drawBlocks(blocks: readonly AnyBlock[]): string {
  return blocks.map((block) => (isKnown(block) ? drawBlock(block) : unknown(block.type))).join('\n')
}

const drawn: ReadonlySet<string> = new Set([
  'header',
  'section',
  'context',
  'divider',
  'actions',
  'input',
  'table',
])
const isKnown = (block: AnyBlock): block is KnownBlock => drawn.has(block.type)
const unknown = (type: string): string =>
  `<p class="unknown">The gallery cannot draw a block of type ${escapeHtml(type)}.</p>`

/** A form, with its title and both buttons. */
export function drawModal(view: ModalView): string {
  const blocks = drawBlocks(view.blocks)
  const submit = view.submit ? `<span class="button primary">${words(view.submit)}</span>` : ''
  const close = view.close ? `<span class="button">${words(view.close)}</span>` : ''
  return `<div class="modal"><h4>${words(view.title)}</h4>${blocks}<p class="actions">${close}${submit}</p></div>`
}

function drawBlock(block: KnownBlock): string {
  switch (block.type) {
    case 'header':
      return `<h3>${words(block.text)}</h3>`
    case 'section': {
      const text = block.text ? `<p>${words(block.text)}</p>` : ''
      const fields = (block.fields ?? []).map((field) => `<div>${words(field)}</div>`).join('')
      const beside =
        block.accessory === undefined ? '' : `<p class="actions">${drawAccessory(block.accessory)}</p>`
      return `${text}${beside}${fields === '' ? '' : `<div class="fields">${fields}</div>`}`
    }
    case 'context':
      return `<p class="context">${block.elements.map((one) => ('text' in one ? words(one) : '🖼')).join(' ')}</p>`
    case 'divider':
      return '<hr>'
    case 'actions':
      return `<p class="actions">${block.elements.map(drawElement).join('')}</p>`
    case 'input':
      return drawInput(block)
    case 'table':
      return drawTable(block)
    default:
      return unknown(block.type)
  }
}

function drawTable({ rows }: Extract<KnownBlock, { type: 'table' }>): string {
  const drawnRows = rows.map((row) => {
    const cells = row.map((cell) => `<td>${'text' in cell ? escapeHtml(cell.text) : '…'}</td>`)
    return `<tr>${cells.join('')}</tr>`
  })
  return `<div class="table"><table>${drawnRows.join('')}</table></div>`
}

/** In Slack it is beside its section, here below it. */
const drawAccessory = (one: NonNullable<Extract<KnownBlock, { type: 'section' }>['accessory']>): string =>
  one.type === 'button' ? drawElement(one) : unknown(one.type)

function drawElement(element: Element): string {
  if (element.type === 'button') {
    const label = element.text ? words(element.text) : ''
    return `<span class="button ${element.style ?? ''}">${label}</span>${confirm(element.confirm)}`
  }
  if (element.type === 'overflow') {
    const entries = element.options.map(({ text }) => `<li>${words(text)}</li>`).join('')
    return `<span class="menu"><span class="button">⋯</span><ul>${entries}</ul></span>${confirm(element.confirm)}`
  }
  return `<span class="unknown">The gallery cannot draw an element of type ${escapeHtml(element.type)}.</span>`
}

/** Printed beside its button; in Slack it opens when the button is pressed. */
function confirm(dialog: ConfirmationDialog | undefined): string {
  if (!dialog) return ''
  const { title, text, confirm: yes, deny } = dialog
  return `<span class="confirm"><b>${title ? words(title) : ''}</b> ${words(text)} <i>[${yes ? words(yes) : 'Yes'}] [${deny ? words(deny) : 'No'}]</i></span>`
}

function drawInput({ label, element, hint, optional }: Input): string {
  const note = optional === true ? ' <small>(optional)</small>' : ''
  const below = hint ? `<small class="hint">${words(hint)}</small>` : ''
  return `<p class="input"><b>${words(label)}</b>${note}<span class="field">${fieldText(element)}</span>${below}</p>`
}

function fieldText(element: Input['element']): string {
  if (element.type === 'plain_text_input') return escapeHtml(element.initial_value ?? '')
  if (element.type === 'datepicker') return escapeHtml(element.initial_date ?? 'a date')
  if (element.type === 'static_select') {
    const options = (element.options ?? []).map(({ text }) => words(text))
    const chosen = element.initial_option ? words(element.initial_option.text) : '…'
    return `${chosen} ▾ <small>of ${options.length}: ${options.slice(0, 6).join(', ')}</small>`
  }
  return `(${escapeHtml(element.type)})`
}
