import { describe, expect, test } from 'vitest'
import { type Comparison, diffMessage } from '../../../bot/views/read/diff-message.js'
import { AT, commitOf, SHOP } from '../../support/release-views.js'
import { slackFaults } from '../../support/slack-limits.js'
import { inShop, parse } from '../verbs/grammar-fixture.js'

const long = '<&>'.repeat(100)
const commits = Array.from({ length: 400 }, (_, index) => ({
  sha: commitOf(index.toString(16)),
  subject: `Number ${index}. ${long}`,
  ...{ author: long, email: 'a@example.com', pull: null, original: null, at: AT },
}))
const files = Array.from({ length: 300 }, (_, index) => ({
  ...{ path: `file-${index}/${long}`, renamedFrom: long, added: 1, deleted: 1 },
}))
const compared: Comparison = {
  ...{ name: 'shop 2026.11.3-rc.1', to: commitOf('a'), base: 'production (2026.11.2)', from: commitOf('b') },
  range: {
    ...{
      commits,
      total: 400,
      read: 400,
      authors: 60,
      pulls: Array.from({ length: 400 }, (_, index) => index),
    },
    people: Array.from({ length: 60 }, () => long),
  },
  changes: { files, total: 300, added: 1, deleted: 1 },
  takesOut: { total: 90, commits: commits.slice(0, 20) },
}
const pageOf = (page: number, over: Partial<Comparison> = {}) =>
  diffMessage(
    { ...compared, ...over },
    { page, app: SHOP, command: 'diff shop 2026.11.3-rc.1 --vs production' },
  )

describe('a comparison', () => {
  test.each([1, 2, 10, 12])('of 400 commits and 300 files fits with its page %i', (page) => {
    const { text, blocks } = pageOf(page)
    expect(slackFaults({ text, blocks })).toEqual([])
  })

  test('has every commit and file on one page, and its pages lead to each other', () => {
    const pages = Array.from({ length: 12 }, (_, index) => JSON.stringify(pageOf(index + 1).blocks))
    const named = pages.flatMap((page) =>
      [...page.matchAll(/Number (\d+)\./g)].map(([, number]) => Number(number)),
    )
    expect(new Set(named).size).toBe(400)
    expect(
      pages.map((page) => [...page.matchAll(/`file-(\d+)\//g)].map(([, number]) => Number(number))).flat(),
    ).toEqual(files.map((_, index) => index))
    expect(pageOf(1).buttons.map(({ argument }) => argument)).toEqual([
      'diff shop 2026.11.3-rc.1 --vs production --page 2',
    ])
    expect(pageOf(12).buttons.map(({ argument }) => argument)).toEqual([
      'diff shop 2026.11.3-rc.1 --vs production --page 11',
    ])
    expect(pages[1]).toContain('Page 2 of 12.')
  })

  test('that is short has no pages, and one beyond the last is the last', () => {
    const short = {
      range: { ...compared.range, commits: commits.slice(0, 3), total: 3 },
      changes: { ...compared.changes, files: files.slice(0, 3), total: 3 },
    }
    expect(pageOf(1, short).buttons).toEqual([])
    expect(pageOf(9, short).blocks).toEqual(pageOf(1, short).blocks)
  })
})

test.each([
  ['diff 2026.11.3 --vs production --page 2', 'read'],
  ['diff staging production --page 3', 'read'],
  ['diff 2026.11.3 --page 0', 'problem'],
  ['diff 2026.11.3 --page x', 'problem'],
])('%s is a %s', (text, kind) => {
  expect(parse(text, inShop()).kind).toBe(kind)
})
