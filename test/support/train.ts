/** A train, and what it would take. */
import { parseAppName } from '../../domain/identifiers.js'
import type { TrainDefinition } from '../../domain/pipeline.js'
import { newTrain, type TrainLook, type TrainState, type Trip } from '../../domain/train/state.js'
import { ALICE, BOB, commitOf, deploymentId, releaseId, sure } from './lane.js'

export const shop = sure(parseAppName('shop'))

/** Tuesdays at ten in Berlin. */
export const weekly: TrainDefinition = {
  ...{ cron: '0 10 * * 2', timezone: 'Europe/Berlin', from: 'main', announceMs: 2 * 3_600_000 },
  ...{ skip: ['empty', 'frozen', 'holidays'], missed: 'skip', promote: null },
}

/** Two commits, and nothing that stops the train. */
export const twoCommits: TrainLook = {
  ...{ commit: commitOf(1), since: '2026.11.2', total: 2, empty: false },
  commits: [
    { sha: commitOf(1), subject: 'Sort by price', author: 'Alice' },
    { sha: commitOf(2), subject: 'Round to cents', author: 'Bob' },
  ],
  ...{ frozen: null, holiday: null, calendar: null },
}

/** Hostile text for every field that a stranger may fill. */
export const evilLook: TrainLook = {
  ...twoCommits,
  since: '<!channel>',
  total: 412,
  commits: Array.from({ length: 10 }, (_, number) => ({
    sha: commitOf(number),
    subject: `*bold* <!here> ${'one more '.repeat(20)}`.slice(0, 120),
    author: '<@U01ALICE>',
  })),
  frozen: { reason: '<!channel> & `more`', until: '2026-12-04T15:00:00.000Z' },
  calendar: '<https://evil.test|click>',
}

const departs = '2026-12-01T09:00:00.000Z'
const at = '2026-12-01T07:00:00.000Z'
const trip = (look: Trip['look'], end: Trip['end'] = null): Trip => ({ departs, announcedAt: at, look, end })
const ends: readonly NonNullable<Trip['end']>[] = [
  { kind: 'left', how: 'early', version: '2026.12.1', at },
  { kind: 'left', how: 'caught-up', version: '2026.12.1', at },
  { kind: 'skipped', why: { kind: 'empty', since: '2026.11.2' }, at },
  { kind: 'skipped', why: { kind: 'frozen', reason: '<!here>', until: at }, at },
  { kind: 'skipped', why: { kind: 'holiday', name: '<!here>' }, at },
  { kind: 'stood', by: BOB, at },
  { kind: 'late', at },
  { kind: 'moved', at },
  { kind: 'not-cut', at },
]
const running: TrainState = {
  ...newTrain(shop),
  train: { ...weekly, promote: null },
  departure: departs,
  trips: [trip(evilLook)],
}

/** A train in each of its states. */
export const trains = {
  'train: announced': { ...running, trips: [trip(twoCommits)] },
  'train: announced, of strangers': running,
  'train: announced, git did not say': { ...running, trips: [trip(null)] },
  'train: somebody holds it': { ...running, held: { by: ALICE, at, reason: '<!channel> the audit' } },
  'train: somebody holds it past its time': {
    ...running,
    departure: '2026-12-08T09:00:00.000Z',
    overdue: departs,
    held: { by: ALICE, at, reason: null },
    trips: [trip(twoCommits, { kind: 'stood', by: ALICE, at })],
  },
  'train: it leaves': {
    ...running,
    leaving: {
      ...{ departs, how: 'on-time', by: ALICE, at, look: null },
      ...{ release: releaseId(1), deployment: deploymentId(1) },
    },
  },
  'train: over': {
    ...running,
    departure: '2026-12-08T09:00:00.000Z',
    trips: ends.map((end) => trip(twoCommits, end)),
  },
  'train: none is planned': { ...running, departure: null, trips: [] },
} satisfies Readonly<Record<string, TrainState>>
