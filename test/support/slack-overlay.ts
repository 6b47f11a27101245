/** A proxy to the Slack workspace with answers that the workspace itself never gives: guests, deleted users, refused calls. */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export interface SlackOverlay {
  /** To use instead of the workspace's own; ends in `/api/`. */
  readonly apiUrl: string
  /** Merged into the answer about a person; `fail` breaks the look-up, null is the workspace's own answer. */
  says(user: string, overlay: Readonly<Record<string, unknown>> | 'fail' | null): void
  /** The answer of every call of a method; null: the workspace answers. */
  answers(method: string, answer: Readonly<Record<string, unknown>> | null): void
  /** The error for every call of a method, or for those for one channel; null: the workspace answers. */
  refuses(method: string, error: string | null, channel?: string): void
  stop(): Promise<void>
}

export async function startSlackOverlay(apiUrl: string): Promise<SlackOverlay> {
  const overlays = new Map<string, Readonly<Record<string, unknown>> | 'fail'>()
  const refusals = new Map<string, { readonly error: string; readonly channel: string | undefined }>()
  const answers = new Map<string, Readonly<Record<string, unknown>>>()
  const server = createServer((asked, answer) => {
    void forward(asked.url ?? '', asked)
      .then(({ status, body }) =>
        answer.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(body),
      )
      .catch(() => asked.socket.destroy())
  })
  const forward = async (
    path: string,
    asked: IncomingMessage,
  ): Promise<{ readonly status: number; readonly body: string }> => {
    const sent = await text(asked)
    const method = path.replace(/^\/api\//, '')
    const refusal = refusals.get(method)
    if (refusal !== undefined && [undefined, channelIn(sent)].includes(refusal.channel)) {
      return { status: 200, body: JSON.stringify({ ok: false, error: refusal.error }) }
    }
    const given = answers.get(method)
    if (given !== undefined) return { status: 200, body: JSON.stringify({ ok: true, ...given }) }
    const overlay =
      method === 'users.info' ? overlays.get(new URLSearchParams(sent).get('user') ?? '') : undefined
    if (overlay === 'fail') return { status: 500, body: '' }
    const response = await fetch(`${apiUrl}${method}`, {
      method: asked.method ?? 'POST',
      headers: {
        'content-type': asked.headers['content-type'] ?? 'application/x-www-form-urlencoded',
        authorization: asked.headers.authorization ?? '',
      },
      body: sent,
    })
    const body = await response.text()
    return { status: response.status, body: overlay === undefined ? body : laidOver(body, overlay) }
  }
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    apiUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}/api/`,
    says: (user, overlay) => {
      if (overlay === null) overlays.delete(user)
      else overlays.set(user, overlay)
    },
    answers: (method, answer) => {
      if (answer === null) answers.delete(method)
      else answers.set(method, answer)
    },
    refuses: (method, error, channel) => {
      if (error === null) refusals.delete(method)
      else refusals.set(method, { error, channel })
    },
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** From a form as the client sends them, or from JSON. */
const channelIn = (sent: string): string | undefined =>
  /^\s*\{/.test(sent)
    ? (JSON.parse(sent) as { readonly channel?: string }).channel
    : (new URLSearchParams(sent).get('channel') ?? undefined)

function laidOver(body: string, overlay: Readonly<Record<string, unknown>>): string {
  const answer = JSON.parse(body) as { readonly user?: object }
  return JSON.stringify({ ...answer, user: { ...answer.user, ...overlay } })
}
