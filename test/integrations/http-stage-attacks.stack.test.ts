/** The other side of an HTTP stage as an attacker: it answers what it likes, and must come by nothing. */
import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { afterEach, describe, expect, test } from 'vitest'
import type { StageOrder } from '../../domain/ports.js'
import { createHttpRunner, type HttpRunnerOptions } from '../../integrations/stage-runners/http-runner.js'
import { openServed } from '../support/served.js'
import { eventually } from '../support/until.js'
import { keepCalls } from './support/stage-calls.js'
import { recordContact } from './support/stage-contacts.js'

const { serve, close } = openServed()
afterEach(close)

/** A neighbour that nobody meant to call: it has something to read, and notes who came. */
async function victim() {
  const asked: string[] = []
  const url = await serve((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('{"status":"passed","log":"SecretAccessKey=victim-secret-key"}')
  })
  return { url, asked }
}

const callback = { url: 'https://slipway.test/webhooks/stages?key=1', secret: 'a secret of this stage' }
const key = 'dep_1/patch/1'

async function run(url: string, changes: Partial<HttpRunnerOptions> = {}, secret: string | null = null) {
  const contact = recordContact()
  const runner = createHttpRunner({
    ...{ calls: keepCalls(), callback: () => null, secret: () => null, pollMs: 10 },
    ...changes,
  })
  const order: StageOrder = {
    ...{ key, app: 'shop' as StageOrder['app'], stage: 'patch', timeoutMs: 20_000 },
    ...{ workspace: '/nonexistent', artifact: null },
    run: { kind: 'http', url, method: 'POST', secret },
    variables: { SLIPWAY_COMMIT: 'abc', COPY: 'https://u:configured-secret@host' },
    redact: ['configured-secret'],
  }
  return { contact, report: runner.execute(order, contact) }
}

describe('an HTTP stage', () => {
  test.each([301, 302, 303, 307, 308])(
    'follows no redirect (%i): nothing is told to another address',
    async (status) => {
      const { url: elsewhere, asked } = await victim()
      const url = await serve((_, response) => response.writeHead(status, { location: elsewhere }).end())
      const { contact, report } = await run(url, { callback: () => callback })

      expect((await report).exit).toEqual({ kind: 'exited', code: 1 })
      expect(asked).toEqual([])
      expect(contact.text()).toContain('redirects are not followed')
    },
  )

  test.each([
    ['of another origin', (place: string) => `${place}/latest/meta-data/iam`],
    ['of another port', (place: string) => place.replace(/\d+$/, (port) => String(Number(port) - 1))],
    ['with a password', (_: string, own: string) => `${own.replace('//', '//u:p@')}/jobs/1`],
    ['of a file', () => 'file:///etc/passwd'],
    ['that is none', () => 'http://['],
  ])('asks at no Location %s, and ends nothing there', async (_, locate) => {
    const { url: elsewhere, asked } = await victim()
    const own: string = await serve((_request, response) =>
      response.writeHead(202, { location: locate(elsewhere, own) }).end('{"status":"running"}'),
    )
    const alone = await run(own)
    const report = await alone.report

    expect(report.exit).toEqual({ kind: 'exited', code: 1 })
    expect(alone.contact.text()).toContain('Location is not an address on')
    expect(alone.contact.text()).toContain('Its end cannot be learned')

    const calls = keepCalls()
    const called = await run(own, { calls, callback: () => callback })
    await eventually(() => called.contact.text().includes('202'))
    called.contact.cancel()
    expect((await called.report).exit).toEqual({ kind: 'cancelled' })
    expect(asked).toEqual([])
  })

  test('reads at most 1 MB of an answer, and nothing after it', async () => {
    let sent = 0
    const url = await serve((_, response) => {
      const more = (): void => {
        while (!response.destroyed && response.write(Buffer.alloc(65_536, 'x'))) sent += 65_536
      }
      response.on('drain', more)
      more()
    })
    const { contact, report } = await run(url)

    expect((await report).exit).toEqual({ kind: 'exited', code: 1 })
    expect(contact.text()).toContain('more than 1000000 bytes')
    expect(sent).toBeLessThan(30_000_000)
  })

  test.each([
    [200, 'victim-secret-key'],
    [404, '<h1>victim-secret-key</h1>'],
    [200, '{"status":"weird","log":"victim-secret-key"}'],
    [202, '{"status":"weird","log":"victim-secret-key"}'],
  ])('answered %i with what it cannot read quotes nothing of it', async (status, body) => {
    const url = await serve((_, response) => response.writeHead(status).end(body))
    const { contact, report } = await run(url)
    const { exit, tail } = await report

    expect(exit).toEqual({ kind: 'exited', code: 1 })
    expect(contact.text() + tail).not.toContain('victim')
  })

  test('refused in words that it can read says them', async () => {
    const url = await serve((_, response) =>
      response.writeHead(422).end('{"status":"passed","log":"no such cluster"}'),
    )
    const { contact, report } = await run(url)

    expect((await report).exit).toEqual({ kind: 'exited', code: 1 })
    expect(contact.text()).toContain('HTTP 422: no such cluster')
  })

  test.each([
    ['more than 100', Object.fromEntries(Array.from({ length: 101 }, (_, at) => [`key${at}`, 'x']))],
    ['no name of a variable', { 'a=b': 'x' }],
    ['a NUL', { a: 'x\0y' }],
    ['too long', { a: 'x'.repeat(4_001) }],
  ])('whose outputs are %s fails at once', async (_, outputs) => {
    const url = await serve((_request, response) =>
      response.end(JSON.stringify({ status: 'passed', outputs })),
    )

    expect((await (await run(url)).report).exit).toEqual({ kind: 'exited', code: 1 })
  })

  test('sends no variable that holds a secret, and keeps no end that does', async () => {
    const bodies: string[] = []
    const calls = keepCalls()
    const url = await serve((_, response, body) => {
      bodies.push(body)
      calls.callBack(key, {
        status: 'passed',
        outputs: { url: 'http://configured-secret@x' },
        log: 'it was configured-secret',
      })
      response.writeHead(202).end()
    })
    await (await run(url, { calls, callback: () => callback })).report

    expect(bodies.join()).toContain('SLIPWAY_COMMIT')
    expect(bodies.join()).not.toContain('configured-secret')
    expect(JSON.stringify(await calls.endOf(key))).not.toContain('configured-secret')
  })
})

describe('an HTTP stage with a secret', () => {
  const secret = 'at least sixteen characters'
  const signed = (header: IncomingMessage['headers'], message: string): string =>
    `v1=${createHmac('sha256', secret)
      .update(`${String(header['x-slipway-timestamp'])}.${message}`)
      .digest('hex')}`

  test('signs each of its calls over the time and what is asked', async () => {
    const seen: { method: string; fresh: boolean; right: boolean }[] = []
    let looks = 0
    const url = await serve((request, response, body) => {
      const { headers, method = '' } = request
      const age = Date.now() / 1_000 - Number(headers['x-slipway-timestamp'])
      const right = headers['x-slipway-signature'] === signed(headers, body || `${method} ${key}`)
      seen.push({ method, right, fresh: age >= 0 && age < 300 })
      if (method === 'GET') looks += 1
      response.writeHead(method === 'POST' ? 202 : 200, { location: '/jobs/1' }).end('{"status":"running"}')
    })
    const { contact, report } = await run(
      url,
      { secret: (name) => (name === 'DEPLOY_SECRET' ? secret : null) },
      'DEPLOY_SECRET',
    )
    await eventually(() => looks > 0)
    contact.cancel()
    await report

    expect([...new Set(seen.map(({ method }) => method))]).toEqual(['POST', 'GET', 'DELETE'])
    expect(seen.filter(({ right, fresh }) => !right || !fresh)).toEqual([])
  })

  test('that is not set calls nobody', async () => {
    const { url, asked } = await victim()
    const { contact, report } = await run(url, {}, 'DEPLOY_SECRET')

    expect((await report).exit).toEqual({ kind: 'exited', code: 1 })
    expect(contact.text()).toContain('DEPLOY_SECRET is not set')
    expect(asked).toEqual([])
  })
})
