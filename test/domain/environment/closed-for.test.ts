/** What closes an environment, for whom, and until when. */
import { expect, test } from 'vitest'
import {
  type Arrival,
  type Closable,
  closuresAt,
  closuresOf,
  isOver,
  passedBy,
  refuseFrozen,
  stopping,
} from '../../../domain/environment/closures.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import { ALICE, BOB, CAROL, minute } from '../../support/lane.js'

const lock = { owner: BOB, reason: 'load test', since: minute(10), until: null }
const freeze = { owner: CAROL, reason: 'audit', since: minute(10), until: minute(60) }
const hold = { by: BOB, reason: 'rolled back', since: minute(10), rollback: null }
const window = { until: minute(90), reason: 'weekend' }
const open: Closable = { lock: null, freeze: null, hold: null, detail: { lostHost: null } }
const all: Closable = { lock, freeze, hold, detail: { lostHost: null } }
const promoted: Arrival = { kind: 'promote', requestedBy: ALICE, override: null, passesFreeze: false }
const given = (count: number) => ({ reason: 'outage', at: minute(count) })
const kinds = (closures: readonly { readonly kind: string }[]): string =>
  closures.map(({ kind }) => kind).join(' ')

test('each closure says who closed it, why, since when and until when', () => {
  expect(closuresOf(open, null)).toEqual([])
  expect(closuresOf(all, window)).toEqual([
    { kind: 'lock', ...lock, rollback: null },
    { kind: 'freeze', ...freeze, rollback: null },
    { kind: 'window', owner: null, since: null, ...window, rollback: null },
    { kind: 'hold', ...hold, owner: BOB, until: null },
  ])
})

test.each([
  [null, 5, false],
  [4, 5, true],
  [5, 5, true],
  [6, 5, false],
])('what ends at minute %s is over at minute %s: %s', (until, at, over) => {
  expect(isOver(until === null ? null : minute(until), minute(at))).toBe(over)
})

test.each([
  [59, 'lock freeze window hold'],
  [60, 'lock window hold'],
  [90, 'lock hold'],
])('at minute %d it is closed by: %s', (at, wanted) => {
  expect(kinds(closuresAt(all, { at: minute(at), closed: window }))).toBe(wanted)
})

test.each<[string, Partial<Arrival>, string, string]>([
  ['a promotion', {}, 'lock freeze window', ''],
  ['nobody in particular', { requestedBy: null }, 'lock freeze window', ''],
  ['whoever locked it', { requestedBy: BOB }, 'freeze window', ''],
  ['what passes a freeze', { passesFreeze: true }, 'lock window', ''],
  ['a push', { kind: 'push' }, 'lock freeze window hold', ''],
  ['what Slipway promotes by itself', { requestedBy: SLIPWAY }, 'lock freeze window hold', ''],
  ['a rollback', { kind: 'rollback' }, '', ''],
  ['a rollback with an override', { kind: 'rollback', override: given(20) }, '', ''],
  ['an override from before', { override: given(9) }, 'lock freeze', 'window'],
  ['an override of that very moment', { override: given(10) }, '', 'lock freeze window'],
  ['an override from afterwards', { override: given(11) }, '', 'lock freeze window'],
  ['an override of whoever locked it', { override: given(11), requestedBy: BOB }, '', 'freeze window'],
])('%s is stopped by "%s", and passes "%s" by its override', (_, change, stops, passes) => {
  const closures = closuresOf(all, window)
  expect(kinds(stopping(closures, { ...promoted, ...change }))).toBe(stops)
  expect(kinds(passedBy(closures, { ...promoted, ...change }))).toBe(passes)
})

test.each<[string, Closable, Partial<Arrival>, number, boolean]>([
  ['refuses a promotion', { ...open, freeze }, {}, 20, true],
  ['refuses no more once it is over', { ...open, freeze }, {}, 60, false],
  ['refuses nothing that passes it', { ...open, freeze }, { passesFreeze: true }, 20, false],
  ['refuses no override', { ...open, freeze }, { override: given(20) }, 20, false],
  ['that is none refuses nothing, a lock makes wait', { ...open, lock }, {}, 20, false],
])('a freeze %s', (_, ...[environment, change, at, refuses]) => {
  expect(refuseFrozen(environment, { ...promoted, ...change }, minute(at))).toEqual(
    refuses ? { code: 'frozen', owner: CAROL, reason: 'audit', until: minute(60) } : null,
  )
})
