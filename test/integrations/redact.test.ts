import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { createRedactor, redact } from '../../integrations/stage-runners/redact.js'

/** Cuts a text at the given places and redacts it piece by piece. */
function redactInChunks(text: string, secrets: readonly string[], cuts: readonly number[]): string {
  const redactor = createRedactor(secrets)
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).toSorted((a, b) => a - b), text.length]
  const pieces = places.slice(1).map((end, index) => redactor.push(text.slice(places[index], end)))
  return pieces.join('') + redactor.end()
}

// Few letters, so that secrets overlap, repeat and are prefixes of each other.
const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 60 })
const secretValues = fc.array(fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 8, maxLength: 12 }), {
  maxLength: 4,
})

describe('redaction', () => {
  it('does not depend on where the text is cut', () => {
    fc.assert(
      fc.property(letters, secretValues, fc.array(fc.nat(), { maxLength: 8 }), (text, secrets, cuts) => {
        expect(redactInChunks(text, secrets, cuts)).toBe(redact(text, secrets))
      }),
    )
  })

  it('redacts every character of every occurrence, and nothing else', () => {
    fc.assert(
      fc.property(letters, secretValues, (text, secrets) => {
        const covered = Array.from(text, (_, at) =>
          secrets.some((secret) =>
            Array.from(secret, (_letter, back) => back).some(
              (back) => at >= back && text.startsWith(secret, at - back),
            ),
          ),
        )
        const kept = Array.from(text, (letter, at) => (covered[at] === true ? '*' : letter)).join('')
        expect(redact(text, secrets)).toBe(kept.replaceAll(/\*+/g, '***'))
      }),
    )
  })

  it.each([
    ['plain', 'token=s3cr3t+/ü;', 'token=***;'],
    ['base64', `x ${Buffer.from('s3cr3t+/ü').toString('base64').replace(/=+$/, '')} y`, 'x *** y'],
    ['URL', `?t=${encodeURIComponent('s3cr3t+/ü')}&b`, '?t=***&b'],
    [
      'URL in lower case',
      `?t=${encodeURIComponent('s3cr3t+/ü').replaceAll(/%../g, (c) => c.toLowerCase())}`,
      '?t=***',
    ],
  ])('knows the %s form', (_name, text, redacted) => {
    expect(redact(text, ['s3cr3t+/ü'])).toBe(redacted)
  })

  it('knows base64 of a longer text, wherever the secret begins in it', () => {
    const secret = 'correct horse battery'
    for (const user of ['a', 'ab', 'abc', 'abcd']) {
      for (const encoding of ['base64', 'base64url'] as const) {
        const shown = redact(Buffer.from(`${user}:${secret}:tail`).toString(encoding), [secret])
        const readable = shown.split('***').map((piece) => Buffer.from(piece, encoding).toString())
        expect(shown).toContain('***')
        expect(readable.join()).not.toMatch(/corre|horse|batt/)
      }
    }
  })

  it('redacts each line of a secret of many lines', () => {
    expect(redact('got LINE-ONE-xyz here', ['HEADER-01\nLINE-ONE-xyz\n'])).toBe('got *** here')
  })

  it('knows the JSON form', () => {
    expect(redact(JSON.stringify({ p: 'pa"b\\c\nword' }), ['pa"b\\c\nword'])).toBe('{"p":"***"}')
  })

  it('lets everything else flow at once', () => {
    const redactor = createRedactor(['secretive'])

    expect(redactor.push('hello ')).toBe('hello ')
    expect(redactor.push('secret')).toBe('')
    expect(redactor.push('ary ')).toBe('secretary ')
    expect(redactor.push('the secret\n')).toBe('the secret\n')
  })

  it('leaves values too short to be secret alone', () => {
    expect(redact('a banana', ['a', '', 'banana'])).toBe('a banana')
  })
})
