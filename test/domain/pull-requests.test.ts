/** Which pull request a commit is, and when the head of one is built. */
import { expect, test } from 'vitest'
import { SLIPWAY } from '../../domain/identifiers.js'
import { repositoryOf } from '../../domain/pipeline.js'
import { needsWord, repositoryOfPull } from '../../domain/pull-build.js'
import { pullRequestOf } from '../../domain/pull-request-of.js'
import { anApp } from '../support/app-definition.js'
import { ALICE } from '../support/lane.js'

const ours = 'Merge pull request #12 from acme/fix'
const theirs = 'Merge pull request #12 from mallory/fix'
test.each<[string, string, { isMerge?: boolean; isOnLine?: boolean; owner?: string | null }, number | null]>([
  ['a merge on the line', theirs, { isOnLine: true }, 12],
  ['a merge of our own branch beside it', ours, {}, 12],
  ['a merge of our own branch, whatever the case', ours, { owner: 'ACME' }, 12],
  ['a merge made in a fork', theirs, {}, null],
  ['a merge beside the line of a repository without an owner', ours, { owner: null }, null],
  ['a commit that only says it is a merge', ours, { isMerge: false, isOnLine: true }, null],
  ['a merge of something else', 'Merge branch fix', { isOnLine: true }, null],
  ['a merge that is spoken of', `Revert "${ours}"`, { isOnLine: true }, null],
  ['a squash', 'Sort by price (#34)', { isMerge: false }, 34],
  ['a squash with spaces around', ' Sort by price (#34) ', { isMerge: false }, 34],
  ['an issue that is mentioned', 'Mend (#34) and more', { isMerge: false }, null],
  ['a number without brackets', 'Mend #34', { isMerge: false }, null],
  ['a number too long for one', 'Mend (#1234567890)', { isMerge: false }, null],
])('%s', (_, subject, { isMerge = true, isOnLine = false, owner = 'acme' }, wanted) => {
  expect(pullRequestOf({ subject, isMerge, isOnLine }, owner)).toBe(wanted)
})

test.each([
  ['a fork, of which the forge told', 'mallory/shop', SLIPWAY, true],
  ['a fork, asked for by a person', 'mallory/shop', ALICE, false],
  ["the app's own repository", null, SLIPWAY, false],
])('the head of %s needs a word: %s', (...[, fork, by, needs]) => {
  expect(needsWord({ fork, by })).toBe(needs)
})

test('is fetched by the ref that forges keep for it', () => {
  expect(repositoryOfPull(anApp(), 7)).toEqual({ ...repositoryOf(anApp()), ref: 'refs/pull/7/head' })
})
