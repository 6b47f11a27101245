import { randomBytes } from 'node:crypto'
import { ApplicationFailure, defaultPayloadConverter, type Payload } from '@temporalio/common'
import { loadDataConverter } from '@temporalio/common/lib/internal-non-workflow/index.js'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createPayloadCodec, dataConverterOf } from '../../compose/payload-codec.js'
import type { EncryptionKey, PayloadEncryption } from '../../config.js'
import { propertyRuns } from '../support/property-runs.js'

const keyNamed = (id: string): EncryptionKey => ({ id, key: randomBytes(32) })
const [older, newer] = [keyNamed('older'), keyNamed('newer')]
const codecOf = (keys: readonly EncryptionKey[], plain: PayloadEncryption['plain'] = 'refused') =>
  createPayloadCodec({ keys, plain })

const written = (value: unknown): Payload => defaultPayloadConverter.toPayload(value)
const decoded = async (codec: ReturnType<typeof codecOf>, payload: Payload): Promise<unknown> => {
  const [inner] = await codec.decode([payload])
  return defaultPayloadConverter.fromPayload(inner ?? {})
}
async function encrypted(value: unknown, by = codecOf([older])): Promise<Payload> {
  const [payload] = await by.encode([written(value)])
  if (!payload) throw new Error('There is none')
  return payload
}

describe('[T.12] a payload', () => {
  test('comes back as it was, whatever it holds, and its content cannot be seen', async () => {
    const value = fc.oneof(fc.jsonValue(), fc.uint8Array(), fc.constant(undefined))
    await fc.assert(
      fc.asyncProperty(value, fc.string({ minLength: 12, unit: 'grapheme-ascii' }), async (any, text) => {
        const payload = await encrypted({ any, text })
        expect(Buffer.from(payload.data ?? []).includes(text)).toBe(false)
        expect(await decoded(codecOf([older]), payload)).toEqual(
          defaultPayloadConverter.fromPayload(written({ any, text })),
        )
        expect(await decoded(codecOf([older]), await encrypted(any))).toEqual(
          defaultPayloadConverter.fromPayload(written(any)),
        )
      }),
      { numRuns: propertyRuns(100) },
    )
  })

  test('is encrypted differently each time', async () => {
    const [one, other] = [await encrypted('the same'), await encrypted('the same')]
    expect(one.data).not.toEqual(other.data)
  })

  test('cannot be changed anywhere: neither its bytes, nor its length, nor what it says of itself', async () => {
    const payload = await encrypted({ release: '2026.11.3' })
    const data = payload.data ?? new Uint8Array()
    const metadata = payload.metadata ?? {}
    const changed: readonly Payload[] = [
      ...[...data.keys()].map((at) => ({
        metadata,
        data: data.map((byte, index) => (index === at ? byte ^ 1 : byte)),
      })),
      ...[0, 1, 12, 28, data.length - 1].map((end) => ({ metadata, data: data.subarray(0, end) })),
      { metadata },
      { metadata: { ...metadata, 'encrypted-encoding': Buffer.from('binary/plain') }, data },
    ]
    for (const one of changed) {
      await expect(codecOf([older]).decode([one])).rejects.toThrow('the key older does not open it →')
    }
    await expect(
      codecOf([older, newer]).decode([
        { metadata: { ...metadata, 'encryption-key-id': Buffer.from('newer') }, data },
      ]),
    ).rejects.toThrow('the key newer does not open it →')
  })

  test('is read with the older key while that is listed, and written with the first', async () => {
    const before = await encrypted('before')
    const both = codecOf([newer, older])
    const after = await encrypted('after', both)

    expect(await decoded(both, before)).toBe('before')
    expect(await decoded(codecOf([newer]), after)).toBe('after')
    await expect(codecOf([newer]).decode([before])).rejects.toThrow(
      'it is encrypted with the key older, which SLIPWAY_ENCRYPTION_KEYS lacks → put that key back',
    )
    const impostor = codecOf([{ ...newer, id: 'older' }])
    await expect(impostor.decode([before])).rejects.toThrow('the key older does not open it →')
  })

  test('that is not encrypted is refused, unless plain is listed; first in the list it is written, too', async () => {
    const plain = written('in the clear')

    await expect(codecOf([older]).decode([plain])).rejects.toThrow('it is not encrypted → put plain')
    expect(await decoded(codecOf([older], 'read'), plain)).toBe('in the clear')
    expect(await encrypted('hidden', codecOf([older], 'read'))).not.toEqual(written('hidden'))
    expect(await encrypted('shown', codecOf([older], 'written'))).toEqual(written('shown'))
    expect(await decoded(codecOf([older], 'written'), await encrypted('before'))).toBe('before')
  })
})

describe('[T.12] a failure', () => {
  const failure = ApplicationFailure.nonRetryable('the host said no')
  const encoded = (encryption: PayloadEncryption | null) => {
    const { failureConverter, payloadConverter } = loadDataConverter(dataConverterOf(encryption))
    return failureConverter.errorToFailure(failure, payloadConverter)
  }

  test('has its texts in a payload only where they are encrypted', () => {
    const hidden = encoded({ keys: [older], plain: 'read' })
    expect([hidden.message, hidden.stackTrace]).toEqual(['Encoded failure', ''])
    expect(encoded({ keys: [older], plain: 'written' }).message).toBe('the host said no')
    expect(encoded(null).message).toBe('the host said no')
  })
})

test('without keys, nothing is put between Slipway and Temporal', () => {
  expect(dataConverterOf(null)).toEqual({})
})
