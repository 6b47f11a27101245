/** What registries answer, and what is made of it; `test/journeys/images.test.ts` has a real one. */
import { createHash } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import type { ImageLookup } from '../../domain/image.js'
import { parseImage } from '../../domain/image.js'
import { createImageRegistries } from '../../integrations/registry/image-registries.js'
import { sure } from '../support/lane.js'

const MANIFEST = '{"schemaVersion":2}'
const DIGEST = `sha256:${createHash('sha256').update(MANIFEST).digest('hex')}`
const SECRET = 'the secret of the registry'

let close: (() => void) | null = null
afterEach(() => close?.())

/** Answers as the registry at a free port; says what it was asked, with who asked. */
async function ask(
  answer: (request: IncomingMessage, response: ServerResponse, host: string) => void,
  reference = 'shop/web:1',
): Promise<{ readonly found: ImageLookup | null; readonly asked: readonly string[] }> {
  const asked: string[] = []
  const server = createServer((request, response) => {
    asked.push(`${request.url} ${request.headers.authorization ?? '-'}`)
    answer(request, response, host)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  close = () => server.close()
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`
  const images = createImageRegistries(
    () => [{ host, user: 'ci', secret: 'TOKEN' }],
    (name) => (name === 'TOKEN' ? SECRET : null),
  )
  return { found: await images.lookUp(sure(parseImage(`${host}/${reference}`))), asked }
}

const basic = `Basic ${Buffer.from(`ci:${SECRET}`).toString('base64')}`
const manifest = (response: ServerResponse): void => void response.writeHead(200).end(MANIFEST)
const status = (response: ServerResponse, code: number, headers: Record<string, string> = {}): void =>
  void response.writeHead(code, headers).end()

describe('a registry', () => {
  test('that the configuration does not name is not asked', async () => {
    const images = createImageRegistries(
      () => [{ host: 'known.example', user: null, secret: null }],
      () => null,
    )

    expect(await images.lookUp(sure(parseImage('other.example/shop/web:1')))).toBeNull()
  })

  test('says which image a tag names, by the bytes of its manifest', async () => {
    const { found, asked } = await ask((_, response) => {
      response.setHeader('docker-content-digest', `sha256:${'0'.repeat(64)}`)
      manifest(response)
    })
    expect(found).toEqual({ kind: 'found', digest: DIGEST })
    expect(asked).toEqual(['/v2/shop/web/manifests/1 -'])
  })

  test('is told the secret only when it asks for one', async () => {
    const { found, asked } = await ask(({ headers }, response) =>
      headers.authorization === basic
        ? manifest(response)
        : status(response, 401, { 'www-authenticate': 'Basic realm="registry"' }),
    )
    expect(found).toEqual({ kind: 'found', digest: DIGEST })
    expect(asked).toEqual(['/v2/shop/web/manifests/1 -', `/v2/shop/web/manifests/1 ${basic}`])
  })

  test('may have a service that gives out tokens', async () => {
    const { found, asked } = await ask(({ url = '', headers }, response, host) => {
      if (url.startsWith('/token')) response.end(JSON.stringify({ token: 'abc' }))
      else if (headers.authorization === 'Bearer abc') manifest(response)
      else
        status(response, 401, {
          'www-authenticate': `Bearer realm="http://${host}/token",service="r",scope="repository:shop/web:pull"`,
        })
    })
    expect(found).toEqual({ kind: 'found', digest: DIGEST })
    expect(asked[1]).toBe(`/token?service=r&scope=repository%3Ashop%2Fweb%3Apull ${basic}`)
  })

  test('sends nobody’s secret elsewhere over a plain connection', async () => {
    const { found, asked } = await ask((_, response) =>
      status(response, 401, { 'www-authenticate': 'Bearer realm="http://elsewhere.example/token"' }),
    )
    expect(found).toMatchObject({ kind: 'silent', words: expect.stringMatching(/token service/) })
    expect(asked.join()).not.toContain(basic)
  })

  test('may have cleaned away the tag of an image that is still there', async () => {
    const { found } = await ask(
      ({ url }, response) => (url?.endsWith('/1') ? status(response, 404) : manifest(response)),
      `shop/web:1@${DIGEST}`,
    )
    expect(found).toEqual({ kind: 'found', digest: DIGEST })
  })

  test('has no such image', async () => {
    const { found, asked } = await ask((_, response) => status(response, 404))
    expect([found, asked.length]).toEqual([{ kind: 'missing' }, 1])
  })

  test.each([
    ['is broken, and asked again', 503, 'it answered 503', 3],
    ['has no time, and is asked again', 429, 'it answered 429', 3],
    [
      'lets nobody in',
      403,
      'it answered 403: the user and the secret of this registry may not read the image',
      1,
    ],
    ['sends people elsewhere', 302, 'it answered 302', 1],
  ])('%s', async (_, code, words, times) => {
    const { found, asked } = await ask((_request, response) => status(response, code))
    expect([found, asked.length]).toEqual([{ kind: 'silent', words }, times])
  })
})
