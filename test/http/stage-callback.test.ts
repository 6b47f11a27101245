import { createHmac } from 'node:crypto'
import { expect, test } from 'vitest'
import type { RemoteEnd } from '../../domain/remote-stage.js'
import { stageCallbackRoute } from '../../http/stage-callback.js'

const KEY = 'dep_1/patch/1'
const secretOf = (key: string): string => `secret of ${key}`

/** Sends an end of the stage `KEY`, signed for the stage `signedFor`. */
async function send(
  body: string,
  {
    signedFor = KEY,
    answer = 'recorded',
  }: { signedFor?: string; answer?: 'recorded' | 'unknown' | 'down' } = {},
) {
  const kept: (RemoteEnd & { readonly key: string })[] = []
  const route = stageCallbackRoute({
    secretOf,
    record: async (key, end) => {
      if (answer === 'down') throw new Error('no database')
      kept.push({ key, ...end })
      return answer
    },
  })
  const signature = createHmac('sha256', secretOf(signedFor)).update(body).digest('hex')
  const { status, body: says } = await route(
    { 'x-slipway-signature': `sha256=${signature}` },
    Buffer.from(body),
    new URLSearchParams({ key: KEY }),
  )
  return { status, says, kept }
}

test('an end that is signed for its stage is kept', async () => {
  const { status, kept } = await send('{"status":"passed","outputs":{"url":"http://x"},"more":1}')

  expect(status).toBe(202)
  expect(kept).toEqual([{ key: KEY, status: 'passed', outputs: { url: 'http://x' }, log: '' }])
})

test('of a long log the end is kept', async () => {
  const { kept } = await send(JSON.stringify({ status: 'failed', log: `${'x'.repeat(200_000)}the reason` }))

  expect(kept[0]?.log).toHaveLength(100_000)
  expect(kept[0]?.log).toMatch(/x+the reason$/)
})

test('a secret is good for one stage, and nobody learns which stages there are', async () => {
  const other = await send('{"status":"passed"}', { signedFor: 'dep_2/patch/1' })
  const unknown = await send('{"status":"passed"}', { answer: 'unknown' })

  expect(other).toMatchObject({ status: 401, kept: [] })
  expect({ status: unknown.status, says: unknown.says }).toEqual({ status: other.status, says: other.says })
})

test.each([
  '',
  'passed',
  '{"status":"running"}',
  '{"status":"toString"}',
  '{"status":"passed","outputs":{"a":1}}',
  '{"status":"passed","outputs":["a"]}',
  '{"status":"passed","log":7}',
  `{"status":"passed","outputs":{"a":"${'x'.repeat(4_001)}"}}`,
])('%j is no end', async (body) => {
  expect(await send(body)).toMatchObject({ status: 422, kept: [] })
})

test('what cannot be kept is to be sent again', async () => {
  expect((await send('{"status":"passed"}', { answer: 'down' })).status).toBe(503)
})
