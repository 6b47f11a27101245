import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { channelNote } from '../../../bot/views/channel-note.js'
import { eventMark, eventSentence } from '../../../bot/views/events/event-words.js'
import { marks } from '../../../bot/views/marks.js'
import { mrkdwn, plain } from '../../../bot/views/markup.js'
import { historyMessage } from '../../../bot/views/read-views.js'
import { threadLine } from '../../../bot/views/thread-line.js'
import { notificationOf } from '../../../domain/notifications.js'
import { anEvent, everyEvent, everyNotice } from '../../support/events.js'
import { BOB, SHOP } from '../../support/release-views.js'
import { assertWithinSlackLimits } from '../../support/slack-limits.js'

const whole = { builds: [], page: 1, app: SHOP, name: 'shop', command: 'history shop' }
const cases = everyEvent.map((event) => [event.kind, event] as const)

test.each(cases)(
  '%s is a line, a note and a row that Slack takes, and mentions nobody by its text',
  (_, event) => {
    const note = channelNote(event, {
      ...{ authors: [BOB], tail: 'disk full', logUrl: null },
      tests: [{ name: '<!channel>', message: 'x' }],
    })
    for (const message of [threadLine(event), note, historyMessage([event], whole)]) {
      assertWithinSlackLimits(message)
      expect(JSON.stringify(message)).not.toMatch(/<!(?:channel|here|everyone)/)
    }
    expect(eventMark(event)).not.toBe('')
  },
)

test.each(cases)('%s reads as a sentence of its own, without markup, in the read API', (_, event) => {
  const sentence = eventSentence(event, plain)
  expect(sentence).toMatch(/^\p{L}|^\d|^“|^</u)
  expect(sentence).not.toMatch(/undefined|null|\[object|<!date|<@| {2}|\.\.(?!\.)/)
})

test('of the longest lines a history has as many as fit, the newest first', () => {
  const long = Array.from({ length: 60 }, (_, index) => ({ ...anEvent('pick.conflict'), id: `${index}` }))
  const message = historyMessage([...long, anEvent('release.released')], whole)
  assertWithinSlackLimits(message)
  expect(message.text).toMatch(/^History of shop: 1\d of 61 events, page 1 of \d\.$/)
  expect(JSON.stringify(message.blocks)).toMatch(/History of shop.*is released\..*Older/)
  expect(message.buttons).toMatchObject([{ verb: 'run', argument: 'history shop --page 2' }])
})

test('the pages of a history have every line once, and lead to each other', () => {
  const lines = Array.from({ length: 45 }, (_, index) => ({
    ...anEvent('release.drafted'),
    kind: 'release.drafted' as const,
    facts: { title: `Number ${index}.` },
    id: `${index}`,
    at: new Date(Date.UTC(2026, 10, 1, 0, index)).toISOString(),
  }))
  const pages = [1, 2, 3, 4].map((page) => historyMessage(lines, { ...whole, page }))
  const numbers = pages.map(({ blocks }) =>
    [...JSON.stringify(blocks).matchAll(/Number (\d+)\./g)].map(([, number]) => Number(number)),
  )

  expect(numbers.slice(0, 3).flat()).toEqual(Array.from({ length: 45 }, (_, index) => 44 - index))
  expect(numbers[3]).toEqual(numbers[2])
  expect(pages.map(({ buttons }) => buttons.map(({ argument }) => argument))).toEqual([
    ['history shop --page 2'],
    ['history shop --page 3', 'history shop --page 1'],
    ['history shop --page 2'],
    ['history shop --page 2'],
  ])
})

describe('marks', () => {
  test('have one meaning each', () => {
    expect(new Set(Object.values(marks)).size).toBe(Object.keys(marks).length)
  })

  test.each([
    ['freeze.passed', marks.overridden],
    ['gate.overridden', marks.overridden],
    ['deployment.failed', marks.failed],
    ['deployment.prepared', marks.needsApproval],
    ['order.refused', marks.refused],
    ['environment.rollback', marks.rolledBack],
  ] as const)('%s', (kind, mark) => {
    expect(eventMark(anEvent(kind))).toBe(mark)
  })

  /** What a card, a form or a command writes itself is drawn elsewhere. */
  test('of what events, notices and answers show stand nowhere else', () => {
    const folder = new URL('../../../bot/views/', import.meta.url)
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter(
      (file) => /^(?:events|words|github)\/|^[a-z-]+\.ts$/.test(file) && !file.endsWith('marks.ts'),
    )
    const emoji = /\p{Extended_Pictographic}/u
    const found = files
      .filter((file) => file.endsWith('.ts'))
      .filter((file) => emoji.test(readFileSync(new URL(file, folder), 'utf8')))
    expect(found).toEqual([])
  })
})

describe('how loudly a line is told', () => {
  test.each([
    ['deployment.prepared', { needs: 0 }, 'keep'],
    ['deployment.prepared', { needs: 1 }, 'broadcast'],
    ['deployment.queued', { how: { kind: 'asked' } }, 'keep'],
    ['deployment.superseded', { why: 'newer-push' }, 'keep'],
    ['deployment.superseded', { why: 'replaced' }, 'thread'],
    ['deployment.aborted', { cause: { kind: 'waiting' } }, 'thread'],
    ['deployment.aborted', { cause: { kind: 'running', touched: false } }, 'broadcast'],
    ['environment.frozen', { announces: false }, 'keep'],
    ['freeze.passed', {}, 'broadcast'],
    ['order.refused', {}, 'keep'],
  ] as const)('%s %j: %s', (kind, given, tell) => {
    expect(notificationOf(anEvent(kind, given))).toBe(tell)
  })
})

test('what a notice tells the channel is not told there by a line too', () => {
  const kinds = everyNotice.map(({ kind }) => `environment.${kind.replaceAll('-', '_')}`)
  const lines = everyEvent.filter(({ kind }) => kinds.includes(kind))

  expect(lines).toHaveLength(kinds.length)
  expect(lines.filter((line) => notificationOf(line) === 'broadcast')).toEqual([])
})

test('a line names people and instants as its readers see them', () => {
  const locked = anEvent('deployment.waits')
  expect(eventSentence(locked, mrkdwn)).toMatch(/locked by <@U01BOB> until <!date\^/)
  expect(eventSentence(locked, plain)).toMatch(/locked by U01BOB until 2026-11-21 18:05 UTC/)
})
