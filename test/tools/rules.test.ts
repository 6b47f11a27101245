import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'

const root = resolve(import.meta.dirname, '../..')
const id = /\b(?:S[1-5]|[CDGOPRTUX])\.\d+\b/g
const range = /\b(S[1-5]|[CDGOPRTUX])\.(\d+)–\1\.(\d+)\b/g
const listed = readFileSync(join(root, 'docs/rules.md'), 'utf8').matchAll(/^\| (\S+) \|/gm)
const rules = new Set([...listed].flatMap(([, name]) => name?.match(id) ?? []))

const skipped = new Set(['node_modules', 'dist', '.git', '.slipway', 'histories', 'demo-app', 'coverage'])

/** Every source file, tests included, with its text. */
const sources = readdirSync(root, { recursive: true, withFileTypes: true })
  .filter((entry) => entry.isFile() && /\.(?:ts|mjs)$/.test(entry.name))
  .map((entry) => relative(root, join(entry.parentPath, entry.name)))
  .filter((path) => !path.split('/').some((folder) => skipped.has(folder)))
  .map((path) => ({ path, text: readFileSync(join(root, path), 'utf8') }))

/** `S2.3–S2.5` names all three. */
function idsIn(text: string): readonly string[] {
  const between = [...text.matchAll(range)].flatMap(([, group, first, last]) =>
    Array.from({ length: Number(last) - Number(first) + 1 }, (_, at) => `${group}.${Number(first) + at}`),
  )
  return [...between, ...(text.match(id) ?? [])]
}

describe('docs/rules.md', () => {
  test('lists every id that code or a test names', () => {
    const missing = sources.flatMap(({ path, text }) =>
      idsIn(text).flatMap((name) => (rules.has(name) ? [] : [`${path}: ${name}`])),
    )
    expect(missing).toEqual([])
  })

  test('lists no rule that no test proves', () => {
    const proofs = sources
      .filter(({ path }) => /^(?:test|bench)\//.test(path))
      .flatMap(({ text }) => text.match(/\[[A-Z]\d*\.\d+\]/g) ?? [])
    const proved = new Set(proofs.map((name) => name.slice(1, -1)))
    expect([...rules].filter((name) => !proved.has(name))).toEqual([])
  })
})

test('docs/sources.md names rules and the tests that prove them', () => {
  const rows = [
    ...readFileSync(join(root, 'docs/sources.md'), 'utf8').matchAll(/^\| (.+) \| (S[^|]+) \| (`[^|]+) \|$/gm),
  ]
  const wrong = rows.flatMap(([, asked, named = '', files = '']) => {
    const shown = files
      .split(', ')
      .map((file) => readFileSync(join(root, 'test', file.replaceAll('`', '')), 'utf8'))
    const unproved = named.split(', ').filter((rule) => !shown.some((text) => text.includes(`[${rule}]`)))
    return unproved.map((rule) => `${asked}: ${rule}`)
  })

  expect(rows.length).toBeGreaterThan(50)
  expect(wrong).toEqual([])
})

test('no comment cites a document that is not in the project', () => {
  const comments = sources.flatMap(({ path, text }) =>
    text.split('\n').flatMap((line) => (/^\s*(?:\/\/|\/?\*)/.test(line) ? [{ path, line }] : [])),
  )
  const cited = comments.flatMap(({ path, line }) =>
    [...line.matchAll(/(?:[\w-]+\/)*[\w-]+\.md\b|§/g)].map(([name]) => ({ path, name })),
  )
  expect(cited.filter(({ name }) => !existsSync(join(root, name)))).toEqual([])
})
