/** Shorter texts would be redacted inside ordinary words; the configuration refuses secrets that short. */
export const SHORTEST_SECRET = 8

/** The bytes of a value as text, each formatted by `write`. */
const ofBytes = (value: string, write: (byte: number) => string, between = ''): string =>
  [...Buffer.from(value, 'utf8')].map((byte) => write(byte)).join(between)

const hexOf = (code: number, digits = 2): string => code.toString(16).padStart(digits, '0')
const octalOf = (code: number): string => `\\${code.toString(8).padStart(3, '0')}`

/**
 * The base64 of a value inside a longer text depends on its offset. For each of the three offsets, the
 * characters that depend on the value alone.
 */
function base64Pieces(value: string): readonly string[] {
  const bytes = Buffer.from(value, 'utf8')
  return [0, 1, 2].map((offset) => {
    const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
      .toString('base64')
      .replace(/=+$/, '')
    const begin = offset === 0 ? 0 : offset + 1
    const endsWhole = (offset + bytes.length) % 3 === 0
    return encoded.slice(begin, endsWhole ? undefined : -1)
  })
}

function base64Forms(value: string): readonly string[] {
  const standard = [Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, ''), ...base64Pieces(value)]
  return [...standard, ...standard.map((piece) => piece.replaceAll('+', '-').replaceAll('/', '_'))]
}

function hexForms(value: string): readonly string[] {
  const spellings = ['', ' ', ':'].map((between) => ofBytes(value, hexOf, between))
  return [
    ...spellings,
    ...spellings.map((hex) => hex.toUpperCase()),
    ofBytes(value, (byte) => `\\x${hexOf(byte)}`),
  ]
}

function addressForms(value: string): readonly string[] {
  const wellFormed = value.replaceAll(/\p{Surrogate}/gu, '\uFFFD')
  const percent = [encodeURIComponent(wellFormed), encodeURI(wellFormed)]
  const lower = percent.map((text) => text.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase()))
  return [...percent, ...lower, new URLSearchParams({ v: value }).toString().slice(2)]
}

/** `"` and `'` need no escape outside of attributes, and tools escape `'` differently. */
function htmlForms(value: string): readonly string[] {
  const text = value.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
  const quotes = ['&quot;', '&#34;', '"'].flatMap((double) =>
    ['&#39;', '&#x27;', '&#039;', '&apos;', "'"].map((single) =>
      text.replaceAll('"', double).replaceAll("'", single),
    ),
  )
  const numbers = Array.from(value).map((letter) => letter.codePointAt(0) ?? 0)
  return [
    ...quotes,
    numbers.map((code) => `&#${code};`).join(''),
    numbers.map((code) => `&#x${code.toString(16)};`).join(''),
  ]
}

const escapedUnit = (unit: string): string => `\\u${hexOf(unit.charCodeAt(0), 4)}`
const upperUnit = (unit: string): string => `\\u${hexOf(unit.charCodeAt(0), 4).toUpperCase()}`
const units = (value: string): readonly string[] => value.split('')

/** JSON as common libraries write it, nested JSON, and every character as `\u`. */
function jsonForms(value: string): readonly string[] {
  const json = JSON.stringify(value).slice(1, -1)
  const twice = JSON.stringify(json).slice(1, -1)
  return [
    json,
    twice,
    json.replaceAll('/', '\\/'),
    ...[escapedUnit, upperUnit].flatMap((escape) => [
      json.replaceAll(/[<>&]/g, escape),
      json.replaceAll(/[<>&']/g, escape),
      json.replaceAll(/[\u0080-\uFFFF]/g, escape),
      json.replaceAll('/', '\\/').replaceAll(/[\u0080-\uFFFF]/g, escape),
      units(value).map(escape).join(''),
    ]),
  ]
}

const NAMED: Readonly<Record<string, string>> = {
  '\u0007': '\\a',
  '\b': '\\b',
  '\t': '\\t',
  '\n': '\\n',
  '\v': '\\v',
  '\f': '\\f',
  '\r': '\\r',
  '\u001b': '\\E',
}

/** `bash -x`, `sh -x`, `printf %q`, `declare -p` and `export -p`. */
function shellForms(value: string): readonly string[] {
  const dollar = value
    .replaceAll(/[\\']/g, '\\$&')
    .replaceAll(/\p{Cc}/gu, (letter) => NAMED[letter] ?? octalOf(letter.charCodeAt(0)))
  return [
    value.replaceAll("'", "'\\''"),
    value.replaceAll("'", `'"'"'`),
    value.replaceAll(/["$`\\]/g, '\\$&'),
    value.replaceAll(/[ \t\n"'\\|&;()<>!{}*[\]?^$`,]/g, '\\$&'),
    dollar,
    dollar.replaceAll(/[^\p{ASCII}]/gu, (letter) => ofBytes(letter, octalOf)),
  ]
}

/** Python's repr of a text and of its bytes; the enclosing quotes decide which quote inside is escaped. */
function pythonForms(value: string): readonly string[] {
  const escaped = value
    .replaceAll('\\', '\\\\')
    .replaceAll(/[\n\r\t]/g, (letter) => NAMED[letter] ?? letter)
    .replaceAll(/\p{Cc}/gu, (letter) => `\\x${hexOf(letter.charCodeAt(0))}`)
  const ascii = escaped.replaceAll(/[^\p{ASCII}]/gu, pythonEscape)
  const bytes = escaped.replaceAll(/[^\p{ASCII}]/gu, (letter) =>
    ofBytes(letter, (byte) => `\\x${hexOf(byte)}`),
  )
  return [escaped, ascii, bytes].flatMap((text) => [text, text.replaceAll("'", "\\'")])
}

function pythonEscape(letter: string): string {
  const code = letter.codePointAt(0) ?? 0
  if (code < 0x1_00) return `\\x${hexOf(code)}`
  return code < 0x1_00_00 ? `\\u${hexOf(code, 4)}` : `\\U${hexOf(code, 8)}`
}

const encodings = [base64Forms, hexForms, addressForms, htmlForms, jsonForms, shellForms, pythonForms]

/**
 * Every text that reveals a secret: the value itself, each longer line of it, and its encodings as `docs/security.md`
 * lists them. Values and pieces shorter than 8 characters are left out.
 */
export function secretForms(secrets: readonly string[]): readonly string[] {
  const values = secrets.filter((secret) => secret.length >= SHORTEST_SECRET)
  const lines = values.flatMap((value) => value.split(/\r?\n/))
  const encoded = values.flatMap((value) => encodings.flatMap((formsOf) => formsOf(value)))
  const forms = [...values, ...lines, ...encoded].map((form) => form.trim())
  return [...new Set(forms)].filter((form) => form.length >= SHORTEST_SECRET)
}
