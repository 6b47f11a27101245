import { describe, expect, test } from 'vitest'
import { type ImageLookup, judgeImage, parseImage, pinnedTo } from '../../domain/image.js'
import { digestOf, sure } from '../support/lane.js'

const one = digestOf(1)

describe('a reference to an image', () => {
  test.each([
    ['registry.example/shop', { registry: 'registry.example', name: 'shop', tag: 'latest', digest: null }],
    [
      'Registry.Example:5000/a/b:1.2',
      { registry: 'registry.example:5000', name: 'a/b', tag: '1.2', digest: null },
    ],
    ['localhost/shop:x', { registry: 'localhost', name: 'shop', tag: 'x', digest: null }],
    ['box:5000/shop', { registry: 'box:5000', name: 'shop', tag: 'latest', digest: null }],
    [`r.example/shop@${one}`, { registry: 'r.example', name: 'shop', tag: null, digest: one }],
    [`r.example/shop:1@${one}`, { registry: 'r.example', name: 'shop', tag: '1', digest: one }],
  ])('%s', (text, image) => expect(parseImage(text)).toEqual(image))

  test.each([
    'shop:1',
    'shop/web:1',
    's3://bucket/shop.tar',
    'r.example/Shop:1',
    'r.example/shop:',
    'r.example/shop@sha256:12',
    'r.example/../shop:1',
    'r.example/shop:1 --x',
    'user:secret@r.example/shop',
    '',
  ])('is not %j', (text) => expect(parseImage(text)).toBeNull())

  test('is pinned to a digest and keeps its tag', () => {
    const pinned = pinnedTo(sure(parseImage('r.example/shop:1')), one)
    expect(pinned).toBe(`r.example/shop:1@${one}`)
    expect(pinnedTo(sure(parseImage(`r.example/shop@${one}`)), one)).toBe(`r.example/shop@${one}`)
  })
})

describe('before it is deployed, an image', () => {
  const promote = { kind: 'promote', override: null, attempt: 2 } as const
  const overridden = { kind: 'promote', override: { reason: 'x', at: '' }, attempt: 2 } as const
  const before = { ...overridden, attempt: 1 } as const
  const rollback = { kind: 'rollback', override: null, attempt: 1 } as const
  const silent: ImageLookup = { kind: 'silent', words: 'it answered 500' }
  const image = { reference: `r.example/shop:1@${one}`, digest: one }
  const unfit = (fault: object) => ({
    kind: 'unfit',
    failure: { kind: 'image', image: image.reference, fault },
  })

  test.each([
    ['is what was built', promote, { kind: 'found', digest: one }, { kind: 'intact' }],
    ['was moved', promote, { kind: 'found', digest: digestOf(2) }, unfit({ kind: 'moved', to: digestOf(2) })],
    [
      'was moved, whatever is overridden',
      overridden,
      { kind: 'found', digest: digestOf(2) },
      unfit({ kind: 'moved', to: digestOf(2) }),
    ],
    ['is gone, also before a roll back', rollback, { kind: 'missing' }, unfit({ kind: 'missing' })],
    ['is known to nobody', promote, silent, unfit(silent)],
    ['is known to nobody, which nobody knew when they overrode', before, silent, unfit(silent)],
    [
      'is known to nobody, which is overridden',
      overridden,
      silent,
      { ...silent, kind: 'unchecked', because: 'override' },
    ],
    [
      'is known to nobody, which no roll back waits for',
      rollback,
      silent,
      { ...silent, kind: 'unchecked', because: 'rollback' },
    ],
  ] as const)('%s', (_, order, found, verdict) => {
    expect(judgeImage(order, image, found)).toEqual(verdict)
  })
})
