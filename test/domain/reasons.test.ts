/** What a reason says of itself. */
import { expect, test } from 'vitest'
import {
  type DeploymentNote,
  type Failure,
  isHostLost,
  isVerdict,
  nameOfSetback,
  type Setback,
  supersededBy,
} from '../../domain/reasons.js'
import { commitOf } from '../support/lane.js'
import { exit } from '../support/lifecycle.js'

const lost = { kind: 'host-lost', host: 'h1' } as unknown as Failure

test.each([
  [exit, true],
  [lost, false],
])('%j is a verdict of the stage: %s', (failure, is) => {
  expect(isVerdict(failure)).toBe(is)
})

test.each<[DeploymentNote | null, boolean, string | null]>([
  [{ kind: 'failure', failure: lost }, true, null],
  [{ kind: 'failure', failure: exit }, false, null],
  [{ kind: 'comment', text: 'fine' }, false, null],
  [{ kind: 'superseded', by: '2026.11.2-rc.1' }, false, '2026.11.2-rc.1'],
  [{ kind: 'superseded', by: null }, false, null],
  [null, false, null],
])('%j: its host is lost: %s; superseded by %s', (note, isLost, by) => {
  expect(isHostLost(note)).toBe(isLost)
  expect(supersededBy(note)).toBe(by)
})

test.each([
  ['2026.11.2', 3, '2026.11.2-rc.3'],
  ['2026.11.2', null, '2026.11.2-rc.1'],
  [null, null, commitOf(255).slice(0, 7)],
])('what went wrong of %s, candidate %s, is called %s', (version, candidate, name) => {
  expect(nameOfSetback({ version, candidate, commit: commitOf(255) } as Setback)).toBe(name)
})
