/** Runs before `local-slack` starts: keeps it on this machine, and makes its page show dates as Slack does. */
import { LOOPBACK } from './ports.js'

/** Runs in the browser: the page would show `<!date^…>` as sent, Slack shows each reader's own time. */
const SHOW_DATES = `
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
`

/** The program listens on every interface and lets anybody act as anybody; this keeps it on this machine. */
export const SLACK_PRELOAD = `const SHOW_DATES = ${JSON.stringify(`<script>${SHOW_DATES}</script>`)}
const serve = Bun.serve
Bun.serve = (options) => {
  const { fetch } = options
  return serve({
    ...options,
    hostname: '${LOOPBACK}',
    async fetch(...request) {
      const response = await fetch.apply(this, request)
      if (!response?.headers.get('content-type')?.startsWith('text/html')) return response
      const page = (await response.text()).replace('<head>', () => '<head>' + SHOW_DATES)
      const headers = new Headers(response.headers)
      headers.delete('content-length')
      return new Response(page, { status: response.status, headers })
    },
  })
}
`
