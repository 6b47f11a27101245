import { expect, test } from 'vitest'
import { readDatabaseUrl, trustsAnyServer } from '../../config/read-database.js'

const authority = encodeURIComponent(import.meta.filename)

function read(text: string): { readonly url: string | null; readonly problem: string | undefined } {
  const reader = { env: { DATABASE_URL: text }, problems: [] as { message: string; fix: string }[] }
  const url = readDatabaseUrl({ ...reader, problems: reader.problems as never }, 'DATABASE_URL')
  const [problem] = reader.problems
  return { url, problem: problem && `${problem.message} → ${problem.fix}` }
}

test.each([
  ['postgres://u:p@h:5432/db', 'postgres://u:p@h:5432/db'],
  ['postgresql://u:p@h/db', 'postgresql://u:p@h/db'],
  // These an address can hold as they are.
  ['postgres://u@tenant:p@ss,w:d@h/db', 'postgres://u%40tenant:p%40ss,w%3Ad@h/db'],
  ['postgres://u:p%2Fw%23%3F@h/db', 'postgres://u:p%2Fw%23%3F@h/db'],
  ['postgres:///db?host=/run/postgresql&user=a@b', 'postgres:///db?host=/run/postgresql&user=a@b'],
  ['postgres://u:p@[::1]:5432/db', 'postgres://u:p@[::1]:5432/db'],
])('%s is taken', (text, url) => {
  expect(read(text)).toEqual({ url, problem: undefined })
})

test.each([
  ['mysql://u:p@h/db', /^is not such an address → set for example postgres:/],
  ['h:5432/db', /^is not such an address/],
  ['postgres://u:p@h:port/db', /^is not such an address/],
  ['postgres://u:p/w@h/db', /^has a user or password with characters .* write \/ as %2F/],
  ['postgres://u:12/w@h/db', /^has a user or password with characters/],
  ['postgres://u:12?w@h/db', /^has a user or password with characters/],
  ['postgres://u:p#w@h/db', /^has a user or password with characters .* # as %23/],
  ['postgres://u:p%w@h/db', /^has a user or password with characters .* % as %25/],
  ['postgres://u:p@one:5432,two:5432/db', /^names several hosts → name one that leads to the primary/],
  ['postgres://u:p@h/db?sslmode=prefer', /^has sslmode=prefer, which would also talk in the clear/],
  ['postgres://u:p@h/db?sslmode=on', /^has an unknown sslmode → set disable, require,/],
  ['postgres://u:p@h/db?sslmode=verify-ca', /without an authority → add sslrootcert/],
  [
    'postgres://u:p@h/db?sslmode=require&sslrootcert=/nowhere/ca.crt',
    /^names a file in sslrootcert that is not there/,
  ],
  [`postgres://u:p@h/db?sslmode=require&sslcert=${authority}`, /^has one of sslcert and sslkey/],
])('[O.2] %s is a mistake, and its value is not repeated', (text, problem) => {
  expect(read(text)).toEqual({ url: null, problem: expect.stringMatching(problem) })
  expect(read(text.replace('u:p', 'u:secret')).problem).not.toContain('secret')
})

test.each([
  ['sslmode=require', { sslmode: 'require', uselibpqcompat: 'true' }, true],
  ['sslmode=no-verify', { sslmode: 'require', uselibpqcompat: 'true' }, true],
  ['sslmode=disable', { sslmode: 'disable', uselibpqcompat: 'true' }, false],
  ['sslmode=verify-full', { sslmode: 'verify-full', uselibpqcompat: 'true' }, false],
  ['sslrootcert=system', { sslmode: 'verify-full', uselibpqcompat: 'true' }, false],
])('%s means what it means to libpq', (words, translated, isTrusting) => {
  const { url } = read(`postgres://u:p@h/db?${words}`)

  expect(Object.fromEntries(new URL(url ?? '').searchParams)).toEqual(translated)
  expect(trustsAnyServer(url ?? '')).toBe(isTrusting)
})

test('an authority of its own is checked by require, too', () => {
  const { url } = read(`postgres://u:p@h/db?sslmode=require&sslrootcert=${authority}`)

  expect(trustsAnyServer(url ?? '')).toBe(false)
})
