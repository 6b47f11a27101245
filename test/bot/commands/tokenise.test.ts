import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tokenise } from '../../../bot/commands/tokenise.js'

const short = (text: string): string[] => {
  const tokens = tokenise(text)
  if (tokens.kind !== 'tokens') return [tokens.kind]
  return tokens.tokens.map((token) =>
    token.kind === 'word'
      ? token.text
      : `${token.kind}:${token.text}${token.value === null ? '' : `=${token.value}`}`,
  )
}

const table: readonly (readonly [string, readonly string[]])[] = [
  ['', []],
  ['  cut   shop ', ['cut', 'shop']],
  ['cut\u00a0shop', ['cut', 'shop']],
  ['cut "Summer sale"', ['cut', 'quoted:Summer sale']],
  ['cut “Summer sale”', ['cut', 'quoted:Summer sale']],
  ['cut „Summer sale“', ['cut', 'quoted:Summer sale']],
  ['cut «Summer sale»', ['cut', 'quoted:Summer sale']],
  ["cut 'Summer sale'", ['cut', 'quoted:Summer sale']],
  ['cut ‘Summer sale’', ['cut', 'quoted:Summer sale']],
  ["lock 'don't touch' now", ['lock', "quoted:don't touch", 'now']],
  ["it's fine", ["it's", 'fine']],
  ["'til friday", ["'til", 'friday']],
  ['cut `Summer sale`', ['cut', 'quoted:Summer sale']],
  ['cut "', ['unclosed-quote']],
  ['cut "open', ['unclosed-quote']],
  ['cut --from main', ['cut', 'flag:from', 'main']],
  ['cut —from main', ['cut', 'flag:from', 'main']],
  ['cut –from main', ['cut', 'flag:from', 'main']],
  ['cut --from=main', ['cut', 'flag:from=main']],
  ['cut --override="why not"', ['cut', 'flag:override=why not']],
  ['cut --override=', ['cut', 'flag:override=']],
  ['cut --FROM main', ['cut', 'flag:from', 'main']],
  ['reject -m bad', ['reject', 'flag:m', 'bad']],
  ['a — b', ['a', '—', 'b']],
  ['pick -1', ['pick', '-1']],
  ['tom &amp; jerry &lt;3 &gt;', ['tom', '&', 'jerry', '<3', '>']],
  ['&amp;lt;', ['&lt;']],
  ['history --by <@U01ALICE>', ['history', 'flag:by', 'user:U01ALICE']],
  ['history --by=<@U01ALICE|alice>', ['history', 'flag:by=U01ALICE']],
  ['<#C01SHOP|shop>', ['channel:C01SHOP']],
  ['<!subteam^S01QA|@qa>', ['group:S01QA']],
  ['<!here>', ['<!here>']],
  ['<http://api.prod|api.prod>', ['api.prod']],
  ['x<http://api.prod|api.prod>-y', ['xapi.prod-y']],
  [
    '<https://acme.slack.com/archives/C1/p123|the card>',
    ['link:the card=https://acme.slack.com/archives/C1/p123'],
  ],
  [
    '<https://github.com/acme/shop/pull/12>',
    ['link:https://github.com/acme/shop/pull/12=https://github.com/acme/shop/pull/12'],
  ],
  ['cafe\u0301', ['café']],
]

describe('tokenise', () => {
  test.each(table)('[U.6] %j', (text, tokens) => {
    expect(short(text)).toEqual(tokens)
  })

  test('takes any text and keeps every token inside it, in order', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.string({ unit: fc.constantFrom(...'-—"\'“<>&@|!#=: \nab1`') }),
        ),
        (text) => {
          const tokens = tokenise(text)
          if (tokens.kind !== 'tokens') return
          let at = 0
          for (const { start, end } of tokens.tokens) {
            expect(start).toBeGreaterThanOrEqual(at)
            expect(end).toBeGreaterThan(start)
            at = end
          }
          expect(at).toBeLessThanOrEqual(tokens.source.length)
        },
      ),
      { numRuns: 500 },
    )
  })
})
