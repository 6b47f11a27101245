/** Runs before `local-slack` starts: keeps it on this machine, and makes its page do what Slack's does. */
import { LOOPBACK } from './ports.js'
import { PAGE_EDITS, PAGE_SCRIPT, PAGE_STYLE } from './slack-page.js'

/** The program listens on every interface and lets anybody act as anybody; this keeps it on this machine. */
export const SLACK_PRELOAD = `const SCRIPT = ${JSON.stringify(`<head><script>{${PAGE_SCRIPT}}</script>`)}
const STYLE = ${JSON.stringify(`<style>${PAGE_STYLE}</style></head>`)}
const EDITS = [['<head>', SCRIPT], ['</head>', STYLE], ...${JSON.stringify(PAGE_EDITS)}]
const serve = Bun.serve
Bun.serve = (options) => {
  const { fetch } = options
  return serve({
    ...options,
    hostname: '${LOOPBACK}',
    async fetch(...request) {
      const response = await fetch.apply(this, request)
      if (!response?.headers.get('content-type')?.startsWith('text/html')) return response
      const page = EDITS.reduce((text, [from, to]) => {
        const parts = text.split(from)
        if (parts.length !== 2) throw new Error('The page does not say exactly once: ' + from)
        return parts.join(to)
      }, await response.text())
      const headers = new Headers(response.headers)
      headers.delete('content-length')
      return new Response(page, { status: response.status, headers })
    },
  })
}
`
