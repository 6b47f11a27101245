/** The other side of an HTTP stage as an attacker, on the real stack. */
import { createHmac } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Handler, openServed } from '../support/served.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const SECRET = 'what-the-calls-are-signed-with'

const { serve, close } = openServed()
/** What the called service says next; what the neighbour was asked, and by whom. */
let answer: Handler = (_, response) => response.end('{"status":"passed"}')
const asked: string[] = []
const calls: { readonly method: string; readonly signed: boolean; readonly body: string }[] = []
let neighbour = ''
let stack: Stack
let drive: Drive
let version = ''

function isSigned({ headers, method = '' }: IncomingMessage, body: string): boolean {
  const timestamp = String(headers['x-slipway-timestamp'])
  const message = `${timestamp}.${body || `${method} ${String(headers['idempotency-key'])}`}`
  const age = Date.now() / 1_000 - Number(timestamp)
  const right = `v1=${createHmac('sha256', SECRET).update(message).digest('hex')}`
  return age >= 0 && age < 300 && headers['x-slipway-signature'] === right
}

beforeAll(async () => {
  neighbour = await serve((request, response) => {
    asked.push(`${request.method} ${request.url}`)
    response.end('{"status":"passed","log":"SecretAccessKey: of-the-neighbour"}')
  })
  const service = await serve((request, response, body) => {
    calls.push({ method: request.method ?? '', signed: isSigned(request, body), body })
    answer(request, response, body)
  })
  const check = `check: { url: "${service}/check", secret: CHECK_SECRET, timeout: 1m }`
  stack = await startStack({
    variables: {
      CHECK_SECRET: SECRET,
      SLIPWAY_PUBLIC_URL: 'http://127.0.0.1:9',
      SLIPWAY_API_TOKEN: 'the-token-of-the-read-api',
      SLIPWAY_WEBHOOK_SECRET: 'what-callbacks-are-made-from',
    },
    configure: (yaml) => withoutPushes(yaml).replaceAll(/check: \{ run: .*\}/g, check),
  })
  drive = driveOf(stack)
  version = await drive.cut('Checked elsewhere')
  await drive.reaches(version, 'integration', 'accepted')
})
afterAll(async () => {
  await stack?.close()
  close()
})

/** Deploys once more while the service answers so; returns the log of the deployment that ended. */
async function deploysTo(says: Handler, state: string): Promise<string> {
  answer = says
  const again = await drive.cut('Once more')
  const { id } = await drive.reaches(again, 'integration', state)
  return drive.api.text(`/api/v1/deployments/${id}/log`)
}

test('[T.8] a redirect is not followed: the neighbour is not called, and nothing that the call held is sent on', async () => {
  const log = await deploysTo(
    (_, response) => response.writeHead(307, { location: neighbour }).end(),
    'failed',
  )

  expect(log).toContain('redirects are not followed')
  expect(asked).toEqual([])
})

test('[T.8] a Location elsewhere is neither read nor told to end; the stage ends as it is aborted', async () => {
  answer = (_, response) => response.writeHead(202, { location: `${neighbour}/latest/meta-data` }).end()
  const again = await drive.cut('Elsewhere')
  const { id } = await until('the call', async () => {
    const found = await drive.deployment(again, 'integration')
    const log = found && (await drive.api.text(`/api/v1/deployments/${found.id}/log`))
    return log?.includes('is not asked') && found
  })
  await drive.shop.ask(alice, 'abort shop integration', /Aborting/)
  await drive.reaches(again, 'integration', 'aborted')

  expect(await drive.api.text(`/api/v1/deployments/${id}/log`)).not.toContain('of-the-neighbour')
  expect(asked).toEqual([])
})

test('[T.8] more than 1 MB is not read, and what is no answer is not quoted', async () => {
  const long = await deploysTo((_, response) => response.end('of-the-neighbour'.repeat(100_000)), 'failed')
  const other = await deploysTo((_, response) => response.end('of-the-neighbour'), 'failed')

  expect(long).toContain('more than 1000000 bytes')
  expect(other).toContain('is none that docs/configuration.md knows')
  expect(long + other).not.toContain('of-the-neighbour')
})

test('[T.8] every call is signed, and what is called back unsigned is not taken', async () => {
  answer = (_, response) => response.writeHead(202, { location: '/jobs/1' }).end('{"status":"running"}')
  const again = await drive.cut('Called back')
  const { secret, url } = await until('the call with its callback', async () => {
    const body = calls.findLast(({ method }) => method === 'POST')?.body ?? '{}'
    const given = JSON.parse(body) as { variables?: object; callback?: { url: string; secret: string } }
    return JSON.stringify(given.variables)?.includes(again) && given.callback
  })
  const end = '{"status": "passed"}'
  const tell = async (key: string): Promise<number> => {
    const signature = `sha256=${createHmac('sha256', key).update(end).digest('hex')}`
    const place = url.replace('http://127.0.0.1:9', stack.url)
    const headers = { 'x-slipway-signature': signature }
    return (await fetch(place, { method: 'POST', body: end, headers })).status
  }

  await until('a look', async () => calls.some(({ method }) => method === 'GET'))

  expect(await tell('another secret')).toBe(401)
  expect((await drive.deployment(again, 'integration'))?.state).toBe('running')
  expect(await tell(secret)).toBe(202)
  await drive.reaches(again, 'integration', 'accepted')
  expect(calls.filter(({ signed }) => !signed)).toEqual([])
  expect(new Set(calls.map(({ method }) => method))).toEqual(new Set(['POST', 'GET']))
})
