/** Beside a release's loop: looks for its picks on trunk repeatedly until they are there. */

import { condition, proxyActivities } from '@temporalio/workflow'
import { repositoryOf } from '../domain/pipeline.js'
import { applyLook, nextLookAt, type TrunkAnswer } from '../domain/release/off-trunk.js'
import { newestCandidate, type ReleaseState } from '../domain/release/state.js'
import type { ReleaseActivities } from './activities/index.js'
import { metOrFaulty, wordsOf } from './faults.js'
import type { Tagging } from './release-tags.js'
import type { Continuation } from './release-tasks.js'

const { lookOnTrunk } = proxyActivities<ReleaseActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 3 },
})

/** Never ends; for a release without picks it does nothing. */
export async function watchTrunk(release: Tagging): Promise<void> {
  let looking = false
  const next = (): string | null => {
    const state = release.state()
    return state === null || looking ? null : nextLookAt(state)
  }
  for (;;) {
    const at = next()
    if (at === null) {
      await condition(metOrFaulty(() => next() !== null))
      continue
    }
    const wait = Date.parse(at) - Date.now()
    if (wait > 0) {
      await condition(
        metOrFaulty(() => next() !== at),
        wait,
      )
      continue
    }
    looking = true
    const look = lookFor(release).finally(() => {
      looking = false
    })
    release.start(look)
    await condition(() => !looking)
  }
}

async function lookFor(release: Tagging): Promise<Continuation> {
  const state = release.state()
  const candidate = state && newestCandidate(state)
  const answer = await asked(state)
  const at = new Date().toISOString()
  return (now) => applyLook(now, { candidate: candidate?.number ?? 1, at }, answer)
}

/** A fault of our own is retried like an unreachable remote. */
async function asked(state: ReleaseState | null): Promise<TrunkAnswer> {
  const newest = state && newestCandidate(state)
  const cut = state?.candidates[0]
  if (!state || !newest || !cut) return { kind: 'away', reason: 'The release is not there yet.' }
  const resolutions = state.candidates.flatMap(({ gained }) =>
    (gained?.confirmed ?? [])
      .filter(({ carried }) => !carried)
      .flatMap(({ at: of, commits }) => commits.map(({ sha: commit }) => ({ commit, of }))),
  )
  try {
    const repository = repositoryOf(state.app)
    return await lookOnTrunk({ repository, from: cut.commit, to: newest.commit, resolutions })
  } catch (error) {
    return { kind: 'away', reason: wordsOf(error) }
  }
}
