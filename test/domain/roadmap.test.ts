import { expect, test } from 'vitest'
import { plain } from '../../bot/views/markup.js'
import { roadmapText } from '../../bot/views/read/roadmap-lines.js'
import { roadmapOf } from '../../domain/roadmap.js'
import { environmentName } from '../support/release-views.js'
import { aRoadmap, emptyRoadmap, factsOf, idOf, planned } from '../support/roadmaps.js'

test('what is overdue stands first, then each day, then what has none', () => {
  const { today, overdue, ahead, unplanned } = aRoadmap

  expect(today).toBe('2026-11-28')
  expect(overdue.map(({ id, daysLate }) => [id, daysLate])).toEqual([[idOf('A'), 8]])
  expect(ahead.map(({ id }) => id)).toEqual([idOf('B'), idOf('C')])
  expect(unplanned.map(({ id }) => id)).toEqual([idOf('D')])
})

test('a release is late from the day after its own, by the calendar of the app', () => {
  const late = (now: string): number | undefined =>
    roadmapOf(factsOf({ releases: [planned('A', '2026-11-27')], now })).overdue[0]?.daysLate

  expect(late('2026-11-27T22:59:00.000Z')).toBeUndefined()
  expect(late('2026-11-27T23:01:00.000Z')).toBe(1)
})

test.each([
  {
    title: 'released',
    other: planned('C', '2026-12-01', { state: 'released' }),
    done: true,
    endangers: false,
  },
  { title: 'planned before it', other: planned('C', '2026-12-01'), done: false, endangers: false },
  { title: 'planned after it', other: planned('C', '2026-12-09'), done: false, endangers: true },
  { title: 'without a day', other: planned('C', null), done: false, endangers: false },
  { title: 'abandoned', other: planned('C', null, { state: 'abandoned' }), done: false, endangers: true },
  { title: 'deleted', other: planned('C', null, { state: 'deleted' }), done: false, endangers: true },
  { title: 'not to be found', other: null, done: false, endangers: true },
])('what is waited for is $title', ({ other, done, endangers }) => {
  const after = [{ releaseId: idOf('C'), name: 'as it was called' }]
  const releases = [planned('B', '2026-12-04', { detail: { after } })]
  const { ahead } = roadmapOf(factsOf({ releases, others: other === null ? [] : [other] }))

  expect(ahead[0]?.waitsFor).toMatchObject([
    { releaseId: idOf('C'), name: other?.title ?? 'as it was called', done, endangers },
  ])
})

test('a window that several environments share is one milestone', () => {
  const window = {
    ...({ kind: 'closed', reason: 'weekend' } as const),
    ...{ from: '2026-12-04T15:00:00.000Z', until: '2026-12-07T07:00:00.000Z' },
  }
  const names = ['staging', 'production'].map(environmentName)
  const windows = names.map((environment) => ({ ...window, environment }))

  expect(roadmapOf(factsOf({ windows })).milestones).toEqual([{ ...window, environments: names }])
})

test('as text it is complete without Slack', () => {
  expect(roadmapText(aRoadmap, plain)).toMatchInlineSnapshot(`
    "Roadmap of shop, 2026-11-28

    ⏰ Overdue
      📝 “Release A” · a draft · U01ALICE · planned 2026-11-20, 8 days late

    Sat 2026-11-28, today
      ❄️ production frozen until 2026-12-01 08:00 UTC: Black Friday

    Tue 2026-12-01, in 3 days
      🚆 A train leaves 2026-12-01 09:00 UTC

    Fri 2026-12-04, in 6 days
      🪟 production closed from 2026-12-04 15:00 UTC to 2026-12-07 07:00 UTC: weekend
      🚚 2026.11.4 “Release B” · testing · U01ALICE · waits for A *bold* <!here> title (a draft, planned 2026-12-11 ⚠️ which does not fit), Release Z (gone ⚠️ which does not fit) · scope: catalogue, prices <!channel>

    Fri 2026-12-11, in 13 days
      📝 “A *bold* <!here> title” · a draft · U01ALICE

    No day yet
      📝 “Release D” · a draft · U01ALICE
    "
  `)
  expect(roadmapText(emptyRoadmap, plain)).toContain('Nothing is planned.')
})
