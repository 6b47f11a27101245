import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, it, test } from 'vitest'
import { createRedactor, redact } from '../../integrations/stage-runners/redact.js'

const secret = `pa"ss'w\\ö&r<d>/$x #1`
const key = [
  '-----BEGIN PRIVATE KEY-----',
  ...[0, 1, 2, 3, 4].map((line) => createHash('sha512').update(`line ${line}`).digest('base64').slice(0, 64)),
  'kQ2fW0aZ9cQ=',
  '-----END PRIVATE KEY-----',
].join('\n')

/** The form as a tool prints it inside of other words, and what is left of it. */
const rows: readonly (readonly [string, string])[] = [
  ['JSON', JSON.stringify({ secret })],
  ['JSON in JSON', JSON.stringify(JSON.stringify({ secret }))],
  ['JSON of Go', `{"secret":"pa\\"ss'w\\\\ö\\u0026r\\u003cd\\u003e/$x #1"}`],
  ['JSON of PHP', String.raw`{"secret":"pa\"ss'w\\\u00f6&r<d>\/$x #1"}`],
  ['JSON of Python', String.raw`{"secret": "pa\"ss'w\\\u00f6&r<d>/$x #1"}`],
  ['JSON of Rails', `{"secret":"pa\\"ss'w\\\\ö\\u0026r\\u003Cd\\u003E/$x #1"}`],
  ['\\u', [...secret].map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`).join('')],
  [
    '\\U',
    [...secret]
      .map((letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0').toUpperCase()}`)
      .join(''),
  ],
  ['\\x', [...Buffer.from(secret)].map((byte) => `\\x${byte.toString(16)}`).join('')],
  ['hex', Buffer.from(secret).toString('hex')],
  ['HEX', Buffer.from(secret).toString('hex').toUpperCase()],
  [
    'hex:',
    Buffer.from(secret)
      .toString('hex')
      .replaceAll(/..(?!$)/g, '$&:'),
  ],
  ['od -An -tx1', Buffer.from(secret).toString('hex').replaceAll(/../g, ' $&')],
  [
    'xxd -p',
    Buffer.from(`${'x'.repeat(25)}${secret}${'y'.repeat(90)}`)
      .toString('hex')
      .replaceAll(/.{60}/g, '$&\n'),
  ],
  ['HTML', `<p title="pa&quot;ss&#39;w\\ö&amp;r&lt;d&gt;/$x #1">`],
  ['HTML of a text', `<p>pa"ss'w\\ö&amp;r&lt;d&gt;/$x #1</p>`],
  ['HTML of Python', `pa&quot;ss&#x27;w\\ö&amp;r&lt;d&gt;/$x #1`],
  ['HTML in numbers', [...secret].map((letter) => `&#${letter.codePointAt(0)};`).join('')],
  ['an address', `https://host/?t=${encodeURIComponent(secret)}`],
  ['a whole address', encodeURI(`https://host/${secret}`)],
  ['a form', new URLSearchParams({ secret }).toString()],
  ['repr of Python', String.raw`['pa"ss\'w\\ö&r<d>/$x #1']`],
  ['ascii of Python', String.raw`['pa"ss\'w\\\xf6&r<d>/$x #1']`],
  ['bytes of Python', String.raw`b'pa"ss\'w\\\xc3\xb6&r<d>/$x #1'`],
  ['base64', Buffer.from(`user:${secret}`).toString('base64')],
  ['base64url', Buffer.from(`:${secret}?`).toString('base64url')],
]

/** A standard input that is a socket makes bash read its start-up files. */
const print = (shell: string, words: readonly string[], LC_ALL: string): string =>
  execFileSync(shell, words, { env: { LC_ALL }, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

/** Readable pieces of it that a person could still use. */
const remains = (shown: string): boolean => /ss.{0,6}w|[;<c]d[&>\\]|3c[ :]?64|\/\$x|JHgg/i.test(shown)

describe('a secret is redacted', () => {
  test.each(rows)('as %s', (_, text) => {
    const shown = redact(`before ${text} after`, [secret])

    expect(shown).toContain('***')
    expect(remains(shown)).toBe(false)
    expect(shown).toMatch(/^before .* after$/s)
  })

  test.each([
    ['bash', '-c', 'printf "%q\\n" "$1"'],
    ['bash', '-xc', 'exec 2>&1; true "$1"'],
    ['bash', '-c', 's="$1"; declare -p s; export s; export -p; set'],
    ['bash', '-c', 'echo "${1@Q}" "${1@E}"'],
    ['sh', '-xc', 'exec 2>&1; true "$1"'],
    ['sh', '-c', 's="$1"; export s; export -p; set'],
  ])('as %s %s %s prints it', (shell, flag, script) => {
    for (const LC_ALL of ['C', 'C.UTF-8']) {
      for (const value of [secret, `${secret}\n\tsecond line \u0007\u001b!`, '#begin~ {a,b} [c]*?^|;()']) {
        const printed = print(shell, [flag, script, 'x', value], LC_ALL)

        expect(printed).not.toBe('')
        expect(remains(redact(printed, [value]))).toBe(false)
        expect(redact(printed, [value])).toContain('***')
        expect(redact(printed, [value])).not.toMatch(/begin|second/)
      }
    }
  })

  it.each([
    ['as it is', key, ''],
    ['indented', key.replaceAll(/^/gm, '    '), ''],
    ['with the breaks of Windows', key.replaceAll('\n', '\r\n'), ''],
    [
      'broken anew',
      key.replaceAll(/(?<=[A-Za-z0-9+/]{64})\n/g, '').replaceAll(/[A-Za-z0-9+/]{48}/g, '$&\n'),
      '',
    ],
    ['one line of it', key.split('\n')[3] ?? '', ''],
    ['in base64, wrapped', Buffer.from(key).toString('base64').replaceAll(/.{76}/g, '$&\n'), ''],
    [
      'in base64, wrapped and indented',
      Buffer.from(`a${key}`).toString('base64').replaceAll(/.{64}/g, '$&\r\n   '),
      '',
    ],
    ['in JSON', JSON.stringify({ key }), ''],
  ])('of many lines, %s', (_, text) => {
    const shown = redact(`key:\n${text}\nnext line`, [key])
    const body = key
      .split('\n')
      .slice(1, 6)
      .flatMap((line) => [line.slice(0, 16), line.slice(20, 36)])

    expect(body.filter((piece) => shown.includes(piece))).toEqual([])
    expect(Buffer.from(shown.replaceAll(/\s+/g, ''), 'base64').toString()).not.toMatch(/PRIVATE/)
    expect(shown).toContain('***')
    expect(shown).toMatch(/^key:\n[^]*\nnext line$/)
  })

  it('in wrapped base64, wherever it begins, is broken, and is cut into chunks', () => {
    const wrapped = (before: string, columns: number, between: string): string =>
      Buffer.from(`${before}${secret}${'z'.repeat(80)}`)
        .toString('base64')
        .replaceAll(new RegExp(`.{${columns}}`, 'g'), `$&${between}`)
    const parts = [fc.string({ unit: 'grapheme-ascii', maxLength: 90 }), fc.constantFrom(60, 64, 76)] as const
    fc.assert(
      fc.property(
        ...parts,
        fc.constantFrom('\n', '\r\n', '\n  '),
        fc.array(fc.nat(), { maxLength: 6 }),
        (before, columns, between, cuts) => {
          const text = wrapped(before, columns, between)
          const redactor = createRedactor([secret])
          const places = [0, ...cuts.map((cut) => cut % text.length).toSorted((a, b) => a - b), text.length]
          const pieces = places.slice(1).map((end, index) => redactor.push(text.slice(places[index], end)))
          const shown = pieces.join('') + redactor.end()

          expect(shown).toBe(redact(text, [secret]))
          const kept = shown
            .split('***')
            .map((piece) => Buffer.from(piece.replaceAll(/\s/g, ''), 'base64').toString('latin1'))
          expect(kept.join('')).not.toContain(`ss'w`)
        },
      ),
    )
  })

  it('and ends a line as it was: a short word is not part of the next', () => {
    const redactor = createRedactor([secret, key])

    expect(redactor.push('Deploying pa\n')).toBe('Deploying pa\n')
    expect(redactor.push(`"ss'w\n`)).toBe(`"ss'w\n`)
  })
})
