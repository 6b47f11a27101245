import { expect, test } from 'vitest'
import {
  arrivalComment,
  arrivalMarker,
  asMarkdown,
  notesMarkdown,
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

test('notes: title, description, and the sections in their order', () => {
  const notes = notesMarkdown({
    title: 'Summer\nsale',
    description: 'For *everyone*',
    sections: {
      fixes: 'As promised:\n- @bob said <so>\n# no heading',
      features: '- Sell umbrellas (#12), Bob',
    },
  })
  expect(notes).toBe(
    [
      '**Summer sale**',
      String.raw`For \*everyone\*`,
      '### New',
      '- Sell umbrellas (#12), Bob',
      '### Fixed',
      `As promised:\n- @\u200bbob said ${String.raw`\<so\>`}\n\\# no heading`,
    ].join('\n\n'),
  )
})

test('notes: nothing noted, and far too much', () => {
  const order = { title: 'First', description: '', sections: {} }
  expect(notesMarkdown(order)).toBe('**First**')
  expect(notesMarkdown({ ...order, sections: { other: '*'.repeat(130_000) } }).length).toBe(120_000)
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
