import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refusalMessage } from '../../../bot/verbs/refusal-message.js'
import { clip, code, date, escapeText, link, mention, outside } from '../../../bot/views/escape.js'
import type { Message } from '../../../bot/views/message.js'
import { plannedReminder } from '../../../bot/views/planned-reminder.js'
import { checklistMessage, statusMessage } from '../../../bot/views/read-views.js'
import { releaseCard } from '../../../bot/views/release-card.js'
import type { DoneFacts } from '../../../domain/done.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { RefusalFacts } from '../../../domain/refusal.js'
import { cardOptions } from '../../support/card-options.js'
import { everyMessage, withChecklist } from '../../support/gallery-rooms.js'
import { everyDone, everyRefusal } from '../../support/outcomes.js'
import { stories } from '../../support/release-stories.js'
import { ALICE, AT, aCandidate, aRelease, BOB, commitOf } from '../../support/release-views.js'
import { assertWithinSlackLimits } from '../../support/slack-limits.js'

test.each(everyMessage)("%s: within Slack's limits, a full sentence, escaped", (_name, message) => {
  assertWithinSlackLimits(message)
  expect(message.text).toMatch(/[.?!:…`>)]$|[a-z0-9]$/i)
  expect(JSON.stringify(message)).not.toMatch(/<!(?:channel|here|everyone)/)
  // A notification shows it as it stands there.
  expect(message.text).not.toContain('<!date')
})

test.each(everyMessage)('%s: never calls a deployment a release', (_name, message) => {
  const words = JSON.stringify(message)
  expect(words).not.toMatch(
    /\breleas(?:e|es|ed|ing) (?:it |this )?(?:to|into|onto) (?:integration|staging|production|an? environment)/i,
  )
  expect(words).not.toMatch(/\brelease (?:#\d|attempt|to production|failed at|is (?:queued|running))/i)
  expect(words).not.toMatch(/\b(?:releasing|re-release|release attempt)\b/i)
})

test('a plan is reminded of by a title that mentions nobody', () => {
  const evil = aRelease({ title: '<!channel>' })
  const { text, blocks } = plannedReminder(evil, { day: '2026-11-21', daysLate: 0, name: 'day' }, 'rel:p')

  expect(JSON.stringify([text, blocks[0]])).not.toContain('<!channel')
})

describe('a refusal', () => {
  test.each(everyRefusal)('$code says what was not done, why, what next, and its id', (refusal) => {
    const { text, blocks } = refusalMessage(refusal, 'e_7KQ2', '/release')
    expect(text).toMatch(/^I did not .+\. .+/s)
    expect(JSON.stringify(blocks)).toContain('*Next* ')
    expect(JSON.stringify(blocks)).toContain('e_7KQ2')
  })

  test('whatever people typed into it mentions nobody', () => {
    const texts: (keyof RefusalFacts)[] = [
      'unknown-app',
      'unknown-environment',
      'unknown-release',
      'invalid-time',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...texts), fc.string({ unit: 'binary', maxLength: 3_000 }), (at, typed) => {
        const refusal = everyRefusal.find(({ code: one }) => one === at)
        if (refusal === undefined) throw new Error(at)
        const message = refusalMessage(
          { ...refusal, text: `<!channel> ${typed}` } as typeof refusal,
          'e_1',
          '/release',
        )
        assertWithinSlackLimits(message)
        expect(message.text).not.toMatch(/<[!@#]/)
      }),
      { numRuns: 100 },
    )
  })

  test.each([
    ['x@example.com', /under `identities` whose it is/],
    [
      null,
      /under `identities` who answers for the program that wrote it, and no longer names it under `agents`/,
    ],
  ])('says how an author becomes known, whose address is %j', (address, next) => {
    const refusal = { code: 'author-unknown', commit: commitOf('a'), address, people: [] } as const
    expect(refusalMessage(refusal, 'e_1', '/release').text).toMatch(next)
  })

  test('of a deletion names the linked environments', () => {
    const refusal = everyRefusal.find(({ code: one }) => one === 'linked')
    if (refusal === undefined) throw new Error('linked')
    expect(refusalMessage(refusal, 'e_1', '/release').text).toContain('staging, production')
  })
})

test('every code has a sample, so every text was drawn', () => {
  const refusals: Record<keyof RefusalFacts, true> = Object.fromEntries(
    everyRefusal.map(({ code: one }) => [one, true]),
  ) as Record<keyof RefusalFacts, true>
  const done: Record<keyof DoneFacts, true> = Object.fromEntries(
    everyDone.map(({ code: one }) => [one, true]),
  ) as Record<keyof DoneFacts, true>
  expect(Object.keys(refusals)).toHaveLength(everyRefusal.length)
  expect(Object.keys(done)).toHaveLength(everyDone.length)
})

describe('outside text', () => {
  test.each([
    ['<!channel>', '&lt;!channel&gt;'],
    ['a & b', 'a &amp; b'],
    ['@here', '@\u200bhere'],
    ['https://evil.test', 'https:\u200b//evil.test'],
    ['#general', '#\u200bgeneral'],
    ['rlo \u202eevil', 'rlo evil'],
  ])('%s', (text, shown) => {
    expect(escapeText(text)).toBe(shown)
  })

  test('is cut between code points, with an ellipsis', () => {
    expect(clip('😀😀😀', 5)).toBe('😀😀…')
    expect(clip('short', 5)).toBe('short')
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 1, max: 40 }), (text, most) => {
        expect(clip(text, most).length).toBeLessThanOrEqual(most)
        expect(outside(text, most + 6).length).toBeLessThanOrEqual(most + 6)
      }),
    )
  })

  test('cannot leave a code span or a link', () => {
    expect(code('a`b')).toBe("`a'b`")
    expect(link('https://slipway.test/a', 'log')).toBe('<https://slipway.test/a|log>')
    expect(link('javascript:alert(1)', 'log')).toBe('log')
    expect(link('https://slipway.test/a|b>', 'log')).toBe('log')
  })
})

test("Slipway is named, people are mentioned, instants are shown in the reader's zone", () => {
  expect(mention(SLIPWAY)).toBe('Slipway')
  expect(mention(ALICE)).toBe('<@U01ALICE>')
  expect(date(AT)).toBe('<!date^1795269900^{date_short_pretty} at {time}|2026-11-21 14:05 UTC>')
})

test('the card and `status` say before trying why a release cannot be deleted', () => {
  const view = stories['released']
  if (view === undefined) throw new Error('released')
  for (const message of [releaseCard(view, cardOptions), statusMessage(view, cardOptions)]) {
    expect(JSON.stringify(message.blocks)).toContain('🔒 Cannot be deleted: linked to staging, production')
    expect(JSON.stringify(message.blocks)).not.toContain('Delete shop')
  }
  const standalone = releaseCard(aRelease({ candidates: [aCandidate()] }), cardOptions)
  expect(JSON.stringify(standalone.blocks)).toContain('Delete shop')
})

describe('a checklist', () => {
  const halfDone = stories['prepared, checklist open'] ?? aRelease()
  const buttonsOf = ({ blocks }: Message) => JSON.stringify(blocks).match(/"Tick"|"Untick"/g) ?? []

  test('has a button for every item it shows, and what each press means is stored', () => {
    const { buttons, ...shown } = checklistMessage(halfDone, cardOptions)
    expect(buttonsOf(shown)).toEqual(['"Tick"', '"Untick"'])
    expect(buttons.map(({ verb, argument }) => [verb, argument])).toEqual([
      ['tick', 'QA sign-off'],
      ['untick', 'Docs'],
    ])
    expect(shown.text).toMatch(/1 of 2 ticked/)
  })

  test('says who may tick what, in words that Slack does not read as its own', () => {
    expect(JSON.stringify(checklistMessage(withChecklist(1), cardOptions).blocks)).toContain(
      `☐ *Item 0 &lt;of many&gt;* — for qa (<@${ALICE}>, <@${BOB}>), before production`,
    )
  })

  test('of a release that is not open is shown without buttons; none is said with what to ask next', () => {
    const over = { ...halfDone, state: 'released' as const }
    expect(checklistMessage(over, cardOptions).buttons).toEqual([])
    expect(buttonsOf(checklistMessage(over, cardOptions))).toEqual([])
    expect(JSON.stringify(checklistMessage(aRelease(), cardOptions))).toMatch(/no checklist.*\/release why/)
  })
})

test.each(['draft', 'deleted'] as const)(
  'the status of a %s without a version says what it is about',
  (state) => {
    const draft = aRelease({
      ...{ state, version: null, cutAt: null, candidates: [], description: 'Snow' },
      detail: { scope: 'the basket', links: ['REQ-1'] },
    })
    const links = { ...cardOptions.links, workflow: () => null }
    const message = statusMessage(draft, { ...cardOptions, links })
    assertWithinSlackLimits(message)
    for (const text of ['Snow', 'the basket', 'REQ-1']) expect(JSON.stringify(message)).toContain(text)
  },
)
