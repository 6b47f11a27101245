import { expect, test } from 'vitest'
import {
  arrivalComment,
  arrivalMarker,
  asMarkdown,
  releaseNotes,
  webAddress,
} from '../../../../bot/views/github/notes.js'
import type { AppName, CommitSha, EnvironmentName } from '../../../../domain/identifiers.js'

const sha = (digit: string): CommitSha => digit.repeat(40) as CommitSha

test.each([
  ['thanks @acme/everyone', 'thanks @\u200bacme/everyone'],
  ['<img src=x> **now**', String.raw`\<img src=x\> \*\*now\*\*`],
  ['[click](https://evil.example)', String.raw`\[click\](https://evil.example)`],
  ['a `b` \\ c', String.raw`a \`b\` \\ c`],
  ['# big\n- list\n1. first', '\\# big\n\\- list\n1\\. first'],
  ['&lt;b&gt; \u202Eabc', String.raw`\&lt;b\&gt; abc`],
  ['Fix the cart (#12)', 'Fix the cart (#12)'],
])('%j is shown as it was written', (text, shown) => {
  expect(asMarkdown(text)).toBe(shown)
})

test('notes: title, description, and the commits since the release before', () => {
  const notes = releaseNotes({
    title: 'Summer\nsale',
    description: 'For *everyone*',
    since: '2026.11.2',
    changes: {
      total: 2,
      commits: [
        { sha: sha('a'), subject: 'Sell umbrellas (#12)' },
        { sha: sha('b'), subject: '@bob said <so>' },
      ],
    },
  })
  expect(notes).toBe(
    [
      '**Summer sale**',
      '',
      String.raw`For \*everyone\*`,
      '',
      '### Changes since 2026.11.2',
      '',
      `- Sell umbrellas (#12) (${sha('a')})`,
      `- @\u200bbob said ${String.raw`\<so\>`} (${sha('b')})`,
    ].join('\n'),
  )
})

test('notes: nothing to compare with, nothing new, and far too much', () => {
  const order = { title: 'First', description: '', since: null, changes: null }
  expect(releaseNotes(order)).toBe('**First**')
  expect(releaseNotes({ ...order, since: '1.0.0', changes: { commits: [], total: 0 } })).toContain(
    'No new commits since 1.0.0.',
  )
  const many = Array.from({ length: 500 }, () => ({ sha: sha('c'), subject: '_'.repeat(5_000) }))
  const long = releaseNotes({
    ...order,
    description: '*'.repeat(90_000),
    since: '1.0.0',
    changes: { commits: many, total: 2_500 },
  })
  expect(long.length).toBe(120_000)
  const shorter = many.map((commit) => ({ ...commit, subject: 'x' }))
  expect(releaseNotes({ ...order, since: '1.0.0', changes: { commits: shorter, total: 2_500 } })).toContain(
    'and 2300 more',
  )
})

test('a comment names the place, and carries its marker', () => {
  const order = {
    app: 'shop' as AppName,
    environment: 'production' as EnvironmentName,
    version: '2026.11.3',
    commit: sha('a'),
    url: 'https://shop.example.com/',
  }
  expect(arrivalComment(order)).toBe(
    '<!-- slipway:shop/production -->\nThis change reached [**production**](<https://shop.example.com/>) of shop with 2026.11.3 (aaaaaaa).',
  )
  expect(arrivalComment({ ...order, version: null, url: 'javascript:alert(1)' })).toBe(
    `${arrivalMarker(order)}\nThis change reached **production** of shop (aaaaaaa).`,
  )
  expect(webAddress('https://x.example/> [y](z')).toBeNull()
})
