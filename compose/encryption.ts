/** Encrypts single payloads with AES-256-GCM. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import type { EncryptionKey } from '../config.js'

const CIPHER = 'aes-256-gcm'
const NONCE_BYTES = 12
const TAG_BYTES = 16

/** A payload cannot be read; the message says why, and after an arrow what to do. */
export class UnreadablePayload extends Error {
  override readonly name = 'UnreadablePayload'
}

/** What is known of encrypted content without a key. Neither part can be changed unnoticed. */
export interface Label {
  /** The name of the key. */
  readonly id: string
  /** How the decrypted content is to be read. */
  readonly encoding: string
}

/** A fresh nonce, the encrypted content, and the tag that authenticates it and its label. */
export function encrypt({ id, key }: EncryptionKey, encoding: string, content: Uint8Array): Uint8Array {
  const nonce = randomBytes(NONCE_BYTES)
  const cipher = createCipheriv(CIPHER, key, nonce).setAAD(authenticated({ id, encoding }))
  return Buffer.concat([nonce, cipher.update(content), cipher.final(), cipher.getAuthTag()])
}

/** Throws {@link UnreadablePayload} for a key that is not among these, and for anything but what it encrypted. */
export function decrypt(keys: readonly EncryptionKey[], label: Label, sealed: Uint8Array): Uint8Array {
  const found = keys.find(({ id }) => id === label.id)
  if (!found) {
    throw new UnreadablePayload(
      `it is encrypted with the key ${label.id}, which SLIPWAY_ENCRYPTION_KEYS lacks → put that key back, at the end of the list`,
    )
  }
  try {
    const end = sealed.length - TAG_BYTES
    const decipher = createDecipheriv(CIPHER, found.key, sealed.subarray(0, NONCE_BYTES), {
      authTagLength: TAG_BYTES,
    })
      .setAAD(authenticated(label))
      .setAuthTag(sealed.subarray(end))
    return Buffer.concat([decipher.update(sealed.subarray(NONCE_BYTES, end)), decipher.final()])
  } catch (cause) {
    throw new UnreadablePayload(
      `the key ${label.id} does not open it → give that name to the key that had it before; if it had, the data was changed`,
      { cause },
    )
  }
}

const authenticated = ({ id, encoding }: Label): Buffer => Buffer.from(JSON.stringify([id, encoding]))
