import { createHmac } from 'node:crypto'
import { connect } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { createMetrics } from '../../http/metrics.js'
import { createHttpServer, type HttpOptions } from '../../http/server.js'
import { ask } from '../support/ask-server.js'
import { eventually } from '../support/until.js'

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function start(over: Partial<HttpOptions>): Promise<number> {
  const server = createHttpServer({
    ...{ redact: String, host: '127.0.0.1', port: 0 },
    access: { apiToken: null, publicUrl: null, linkKey: () => Promise.resolve(null) },
    ...{ apps: () => [], reads: {} as never, timezone: () => 'UTC', dora: () => Promise.resolve(null) },
    roadmap: () => Promise.resolve(null),
    metrics: createMetrics({ ofProcess: false }),
    ready: () => Promise.resolve({}),
    workers: () => Promise.resolve([]),
    ...over,
  })
  open.push(server)
  return server.listen()
}

describe('the ways in that are signed', () => {
  test('signed requests are handed on byte for byte', async () => {
    const seen: string[] = []
    const handler: NonNullable<HttpOptions['slackEvents']> = (headers, body) => {
      seen.push(createHmac('sha256', 'k').update(body).digest('hex'), headers['x-slack-signature'] ?? '')
      return Promise.resolve({ status: 200, headers: { 'content-type': 'text/plain' }, body: 'ok' })
    }
    const port = await start({ slackEvents: handler, webhooks: { '/webhooks/github': handler } })
    const body = 'payload=%7B%22a%22%3A%22%C3%BC%22%7D'
    const sent = { method: 'POST', body, headers: { 'x-slack-signature': 'v0=1' } }
    expect((await ask(port, '/slack/events', sent)).body).toBe('ok')
    expect((await ask(port, '/webhooks/github', sent)).body).toBe('ok')
    const expected = createHmac('sha256', 'k').update(body).digest('hex')
    expect(seen).toEqual([expected, 'v0=1', expected, 'v0=1'])
    expect((await ask(port, '/webhooks/git', sent)).status).toBe(404)
  })

  test('what follows the ? of a webhook is handed on, decoded', async () => {
    const keys: (string | null | undefined)[] = []
    const port = await start({
      webhooks: {
        '/webhooks/stages': (_headers, _body, query) => {
          keys.push(query?.get('key'))
          return Promise.resolve({ status: 202, headers: {}, body: '' })
        },
      },
    })
    const sent = { method: 'POST', body: '{}', headers: { 'x-slipway-signature': 'sha256=1' } }
    expect((await ask(port, '/webhooks/stages?key=dep_1%2Fpatch%2F1', sent)).status).toBe(202)
    expect((await ask(port, '/webhooks/stages')).status).toBe(404)
    expect(keys).toEqual(['dep_1/patch/1'])
  })

  test('a body without a signature is not read, a signed one up to 1 MB', async () => {
    const never: NonNullable<HttpOptions['slackEvents']> = () => Promise.reject(new Error('not reached'))
    const port = await start({
      slackEvents: never,
      webhooks: { '/webhooks/github': never, '/webhooks/stages': never },
    })
    const body = 'x'.repeat(1_000_001)
    const status = async (path: string, headers = {}) =>
      (await ask(port, path, { method: 'POST', body, headers })).status

    for (const path of ['/slack/events', '/webhooks/github', '/webhooks/stages'])
      expect(await status(path)).toBe(401)
    expect(await status('/slack/events', { 'x-slack-signature': 'v0=1' })).toBe(413)
    expect(await status('/webhooks/stages', { 'x-slipway-signature': 'sha256=1' })).toBe(413)
    expect(
      await status('/webhooks/github', { 'x-hub-signature-256': 'x', 'transfer-encoding': 'chunked' }),
    ).toBe(413)
  })

  test('a long push is taken, one at a time; the next is asked to come again', async () => {
    const taken: number[] = []
    let go = (): void => undefined
    const gone = new Promise<void>((resolve) => {
      go = resolve
    })
    const port = await start({
      webhooks: {
        '/webhooks/github': async (_headers, body) => {
          taken.push(body.length)
          await gone
          return { status: 202, headers: {}, body: '' }
        },
      },
    })
    const push = (bytes: number) =>
      ask(port, '/webhooks/github', {
        ...{ method: 'POST', body: 'x'.repeat(bytes) },
        headers: { 'x-hub-signature-256': 'sha256=1', 'content-length': String(bytes) },
      })
    const first = push(2_000_000)
    await eventually(() => taken.length > 0)
    const second = await push(2_000_000)
    const short = push(10)
    go()

    expect(taken[0]).toBe(2_000_000)
    expect(second.status).toBe(503)
    expect((await first).status).toBe(202)
    expect((await short).status).toBe(202)
    expect((await push(25_000_001)).status).toBe(413)
  })

  test('whoever goes away in the middle of a body is no fault of ours', async () => {
    const faults: unknown[] = []
    const port = await start({
      webhooks: { '/webhooks/git': () => Promise.resolve({ status: 202, headers: {}, body: '' }) },
      onError: (error) => faults.push(error),
    })
    const head =
      'POST /webhooks/git HTTP/1.1\r\nHost: localhost\r\nX-Slipway-Signature: 1\r\nContent-Length: 1000\r\n\r\n'
    await new Promise<void>((done) => {
      const socket = connect(port, '127.0.0.1', () =>
        socket.write(`${head}abc`, () => setTimeout(() => socket.destroy(), 50)),
      )
      socket.on('close', () => done())
    })
    await ask(port, '/healthz')

    expect(faults).toEqual([])
  })
})
