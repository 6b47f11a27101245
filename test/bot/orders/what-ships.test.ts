/** Who wrote what would ship: what an environment has already is nobody's share any more. */
import { expect, test } from 'vitest'
import { authorsShipping } from '../../../bot/orders/what-ships.js'
import type { CommitAuthors } from '../../../domain/authorship.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import type { DeploymentView } from '../../../domain/views.js'
import { anApp } from '../../support/app-definition.js'
import { aDeployment, commitOf, environmentName } from '../../support/release-views.js'

const group = (seed: string): CommitAuthors => ({ commit: commitOf(seed), wrote: [seed], merged: null })
const AT = '2026-11-28T09:00:00.000Z'

/** Each deployment is of the candidate that brought the commit of this seed. */
const brought = (seed: string, more: Partial<DeploymentView> = {}): DeploymentView => ({
  ...aDeployment({ environment: environmentName('production'), state: 'accepted' }),
  ...{ candidateNumber: Number.parseInt(seed, 16), commit: commitOf(seed), startedAt: AT, ...more },
})

const shipping = async (stored: readonly string[], ...deployments: readonly DeploymentView[]) => {
  const candidates = deployments.map(({ candidateNumber: number, commit }) => ({
    number,
    authors: [{ commit, wrote: [], merged: null }],
  }))
  const lookups = {
    inEnvironment: async () => deployments,
    releaseState: async () => ({ candidates }) as unknown as ReleaseState,
  }
  const authors = stored.map(group)
  const place = { app: anApp().name, environment: environmentName('production'), authors }
  return (await authorsShipping(lookups, place)).map(({ wrote }) => wrote.join())
}

test('is what was not brought there yet', async () => {
  expect(await shipping(['a', 'b', 'c'])).toEqual(['a', 'b', 'c'])
  expect(await shipping(['a', 'b', 'c'], brought('b'), brought('a'))).toEqual(['c'])
})

test('is what a rollback took out again', async () => {
  expect(await shipping(['a', 'b'], brought('a'), brought('b'), brought('a', { kind: 'rollback' }))).toEqual([
    'b',
  ])
})

test.each<[string, Partial<DeploymentView>]>([
  ['has only been approved', { state: 'queued', startedAt: null }],
  ['failed', { state: 'failed', failedStage: 'patch' }],
  ['was overtaken before it began', { state: 'superseded', startedAt: null }],
])('is what %s', async (_, more) => {
  expect(await shipping(['a', 'b'], brought('a', more))).toEqual(['a', 'b'])
})

test('is everything where nothing of it is new, so that somebody can approve it', async () => {
  expect(await shipping(['a'], brought('a'))).toEqual(['a'])
})
