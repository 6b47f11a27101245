import type { EncryptionKey, PayloadEncryption } from './settings.js'
import { readOptional, type VariableReader } from './variables.js'

const ENCRYPTION_KEYS = 'SLIPWAY_ENCRYPTION_KEYS'
/** Stands in the list like a key: payloads that are not encrypted. */
const PLAIN = 'plain'
/** Exactly what `openssl rand -base64 32` prints. */
const KEY = /^[A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=$/
const ID = /^[A-Za-z0-9][\w.-]{0,39}$/

/** `id:key[,id:key…][,plain]`: the first encrypts, all are accepted. Null when unset. */
export function readEncryption(reader: VariableReader): PayloadEncryption | null {
  const text = readOptional(reader, ENCRYPTION_KEYS)
  if (text === null) return null
  const entries = text.split(',').map((entry) => entry.trim())
  const keys = entries.filter((entry) => entry !== PLAIN).map(parseKey)
  const names = entries.map((entry) => entry.split(':')[0])
  const [message] = [
    ...keys.flatMap((key) => (typeof key === 'string' ? [key] : [])),
    ...(keys.length === 0 ? ['has no key'] : []),
    ...(new Set(names).size < names.length ? ['has two entries with the same name'] : []),
  ]
  if (message === undefined) {
    const plain = !entries.includes(PLAIN) ? 'refused' : entries[0] === PLAIN ? 'written' : 'read'
    return { keys: keys.filter((key) => typeof key !== 'string'), plain }
  }
  const fix =
    'set for example 2026-11:KEY, where KEY is the output of openssl rand -base64 32; commas between several'
  reader.problems.push({ variable: ENCRYPTION_KEYS, message, fix })
  return null
}

/** The key, or what is wrong with it; never a part of it. */
function parseKey(entry: string): EncryptionKey | string {
  const end = entry.indexOf(':')
  const id = entry.slice(0, end)
  const key = entry.slice(end + 1)
  if (end < 0) return 'has an entry without a name and a colon before its key'
  if (!ID.test(id) || id === PLAIN)
    return 'has an entry whose name is not 1 to 40 letters, digits and . _ -, or is plain'
  return KEY.test(key) ? { id, key: Buffer.from(key, 'base64') } : `has no 32 bytes in base64 after ${id}:`
}

/** The keys as they are written, for redaction; neither their names nor `plain`. */
export const encryptionSecrets = (env: NodeJS.ProcessEnv): readonly string[] =>
  (env[ENCRYPTION_KEYS] ?? '')
    .split(',')
    .map((entry) => entry.slice(entry.indexOf(':') + 1).trim())
    .filter((key) => KEY.test(key))
