/** Encrypts what clients and workers give to Temporal: inputs, results, messages, answers, and the details of failures. */
import { fileURLToPath } from 'node:url'
import type { DataConverter, Payload, PayloadCodec } from '@temporalio/common'
import type { PayloadEncryption } from '../config.js'
import { decrypt, encrypt, UnreadablePayload } from './encryption.js'

const ENCRYPTED = 'binary/encrypted'
const KEY_ID = 'encryption-key-id'
const CONTENT = 'encrypted-encoding'

/** Whether what is written now is encrypted. */
export const encrypts = (encryption: PayloadEncryption | null): encryption is PayloadEncryption =>
  encryption !== null && encryption.plain !== 'written'

/**
 * For every client and worker; without encryption, Temporal's own. Failures hold texts beside their payloads, so their converter
 * moves these into a payload. Workflows have one of their own, in their bundle.
 */
export function dataConverterOf(encryption: PayloadEncryption | null): DataConverter {
  if (encryption === null) return {}
  const converter = new URL(`../workflows/encoded-failures${import.meta.url.slice(-3)}`, import.meta.url)
  return {
    payloadCodecs: [createPayloadCodec(encryption)],
    ...(encrypts(encryption) ? { failureConverterPath: fileURLToPath(converter) } : {}),
  }
}

export function createPayloadCodec(encryption: PayloadEncryption): PayloadCodec {
  const [first] = encrypts(encryption) ? encryption.keys : []
  return {
    encode: async (payloads) =>
      first === undefined
        ? payloads
        : payloads.map(({ metadata, data }) => {
            const encoding = textOf(metadata?.['encoding'])
            const labels = { encoding: ENCRYPTED, [KEY_ID]: first.id, [CONTENT]: encoding }
            return {
              metadata: { ...metadata, ...bytesOf(labels) },
              data: encrypt(first, encoding, data ?? new Uint8Array()),
            }
          }),
    decode: async (payloads) => payloads.map((payload) => decodePayload(encryption, payload)),
  }
}

/** Throws {@link UnreadablePayload}. */
export function decodePayload(
  { keys, plain }: Pick<PayloadEncryption, 'plain' | 'keys'>,
  payload: Payload,
): Payload {
  const { encoding: outer, [KEY_ID]: id, [CONTENT]: inner, ...more } = payload.metadata ?? {}
  if (textOf(outer) !== ENCRYPTED) {
    if (plain !== 'refused') return payload
    throw new UnreadablePayload(
      'it is not encrypted → put plain at the end of SLIPWAY_ENCRYPTION_KEYS for as long as there is such data',
    )
  }
  const encoding = textOf(inner)
  const data = decrypt(keys, { id: textOf(id), encoding }, payload.data ?? new Uint8Array())
  return { metadata: { ...more, ...bytesOf({ encoding }) }, data }
}

const textOf = (bytes: Uint8Array | undefined): string => Buffer.from(bytes ?? []).toString()
const bytesOf = (texts: Readonly<Record<string, string>>): Record<string, Uint8Array> =>
  Object.fromEntries(Object.entries(texts).map(([name, text]) => [name, Buffer.from(text)]))
