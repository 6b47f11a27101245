/** Shorter values would blank out ordinary words, and nobody can call them secret. */
const SHORTEST_SECRET = 4
/** Shorter encoded pieces would match by chance. */
const SHORTEST_PIECE = 6

/**
 * What base64 makes of a value inside a longer text depends on where it begins. For each of the three offsets, the
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

function encodedForms(value: string): readonly string[] {
  const standard = [Buffer.from(value, 'utf8').toString('base64').replace(/=+$/, ''), ...base64Pieces(value)]
  const urlSafe = standard.map((piece) => piece.replaceAll('+', '-').replaceAll('/', '_'))
  const percent = encodeURIComponent(value.replaceAll(/\p{Surrogate}/gu, '\uFFFD'))
  const lowerPercent = percent.replaceAll(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
  const form = new URLSearchParams({ v: value }).toString().slice(2)
  const json = JSON.stringify(value).slice(1, -1)
  return [...standard, ...urlSafe, percent, lowerPercent, form, json]
}

/**
 * Every text that gives a secret away: the value itself, each longer line of it, and its base64, base64url, URL and JSON
 * encodings, longest first. Values shorter than 4 characters are left out.
 */
export function secretForms(secrets: readonly string[]): readonly string[] {
  const values = secrets.filter((secret) => secret.length >= SHORTEST_SECRET)
  const lines = values.flatMap((value) => value.split(/\r?\n/)).map((line) => line.trim())
  const pieces = [...lines, ...values.flatMap(encodedForms)].filter((piece) => piece.length >= SHORTEST_PIECE)
  return [...new Set([...values, ...pieces])].toSorted((a, b) => b.length - a.length)
}
