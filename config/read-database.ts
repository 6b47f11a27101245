/** Where PostgreSQL is: a libpq URL, as providers give it, translated for the client library. */
import { existsSync } from 'node:fs'
import { readOptional, type VariableReader } from './variables.js'

interface Mistake {
  readonly message: string
  readonly fix: string
}

const EXAMPLE = 'set for example postgres://user:password@host:5432/slipway'
const FILES = ['sslrootcert', 'sslcert', 'sslkey'] as const
const MODES = ['disable', 'require', 'no-verify', 'verify-ca', 'verify-full']

/**
 * A URL such as `postgres://user:password@host:5432/slipway?sslmode=require`; null when it is unset or invalid. `sslmode` means
 * what it means to libpq: `require` encrypts and trusts any server unless `sslrootcert` names its authority.
 */
export function readDatabaseUrl(reader: VariableReader, variable: string): string | null {
  const text = readOptional(reader, variable)
  if (text === null) return null
  const mistake = mistakeIn(text)
  if (mistake === null) return translated(new URL(text))
  reader.problems.push({ variable, ...mistake })
  return null
}

/** Whether connections do not verify the server's identity. */
export function trustsAnyServer(databaseUrl: string): boolean {
  const words = new URL(databaseUrl).searchParams
  return words.get('sslmode') === 'require' && !words.has('sslrootcert')
}

function mistakeIn(text: string): Mistake | null {
  if (!/^postgres(?:ql)?:\/\//.test(text)) return { message: 'is not such an address', fix: EXAMPLE }
  if (isUnescaped(text)) {
    return {
      message: 'has a user or password with characters that mean something else in an address',
      fix: 'write / as %2F, # as %23, ? as %3F, % as %25, : as %3A and @ as %40',
    }
  }
  if (authorityOf(text).split('@').at(-1)?.includes(',')) {
    return {
      message: 'names several hosts',
      fix: 'name one that leads to the primary: a DNS name, a virtual address or a pooler',
    }
  }
  if (!URL.canParse(text)) return { message: 'is not such an address', fix: EXAMPLE }
  return mistakeInTls(new URL(text).searchParams)
}

const authorityOf = (text: string): string => /(?<=:\/\/)[^/?#]*/.exec(text)?.[0] ?? ''

/** A raw `/`, `?` or `#` ends the part that contains the password, so that its `@` comes too late. */
function isUnescaped(text: string): boolean {
  const authority = authorityOf(text)
  const rest = text.slice(text.indexOf('//') + 2 + authority.length).replace(/[?&]\w+=[^&#]*/g, '')
  const isLate = !authority.includes('@') && rest.includes('@')
  return isLate || text.includes('#') || /%(?![0-9a-f]{2})/i.test(text)
}

function mistakeInTls(words: URLSearchParams): Mistake | null {
  const mode = words.get('sslmode')
  if (mode === 'allow' || mode === 'prefer') {
    return {
      message: `has sslmode=${mode}, which would also talk in the clear`,
      fix: 'set sslmode=verify-full with sslrootcert, or require, or disable',
    }
  }
  if (mode !== null && !MODES.includes(mode))
    return { message: 'has an unknown sslmode', fix: `set ${MODES.join(', ')}` }
  if (mode === 'verify-ca' && !words.has('sslrootcert')) {
    return {
      message: 'has sslmode=verify-ca without an authority',
      fix: 'add sslrootcert=/path/of/its/authority.crt, or set sslmode=verify-full',
    }
  }
  const missing = FILES.find((word) => {
    const file = words.get(word)
    return file !== null && file !== 'system' && !existsSync(file)
  })
  if (missing)
    return { message: `names a file in ${missing} that is not there`, fix: 'name one that can be read' }
  if (words.has('sslcert') === words.has('sslkey')) return null
  return { message: 'has one of sslcert and sslkey', fix: 'set both the certificate and its key, or neither' }
}

function translated(url: URL): string {
  const words = url.searchParams
  if (words.get('sslmode') === 'no-verify') words.set('sslmode', 'require')
  if (words.get('sslrootcert') === 'system') {
    words.delete('sslrootcert')
    words.set('sslmode', 'verify-full')
  }
  if (words.has('sslmode') || words.has('sslrootcert')) words.set('uselibpqcompat', 'true')
  return url.href
}
