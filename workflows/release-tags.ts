/** Beside a release's loop: pushes its pending tags, retrying for as long as the remote does not answer. */

import { condition, proxyActivities } from '@temporalio/workflow'
import { repositoryOf } from '../domain/pipeline.js'
import type { ReleaseState, ReleaseTag } from '../domain/release/state.js'
import { applyTag, dueTags, nextTagAt, type TagAnswer } from '../domain/release/tags.js'
import type { ReleaseActivities } from './activities/index.js'
import { metOrFaulty, wordsOf } from './faults.js'
import type { Continuation } from './release-tasks.js'

const { pushTag } = proxyActivities<ReleaseActivities>({
  startToCloseTimeout: '10 minutes',
  heartbeatTimeout: '10 seconds',
  retry: { initialInterval: '1 second', maximumAttempts: 3 },
})

export interface Tagging {
  /** Null until the release exists. */
  state(): ReleaseState | null
  /** Runs it as one of the release's own tasks: until it ends the workflow does not continue as new. */
  start(task: Promise<Continuation>): void
}

/** Never ends; for a release without pending tags it does nothing. */
export async function watchTags(release: Tagging): Promise<void> {
  const pushing = new Set<string>()
  const due = (): readonly ReleaseTag[] => {
    const state = release.state()
    if (!state) return []
    return dueTags(state, new Date().toISOString()).filter(({ name }) => !pushing.has(name))
  }
  const next = (): string | null => {
    const state = release.state()
    return state && pushing.size === 0 ? nextTagAt(state) : null
  }
  for (;;) {
    const at = next()
    const wait = at === null ? null : Math.max(1, Date.parse(at) - Date.now())
    // A tag that a person retries is due early, and a new tag has a time of its own.
    if (wait === null) await condition(metOrFaulty(() => due().length > 0 || next() !== null))
    else
      await condition(
        metOrFaulty(() => due().length > 0 || next() !== at),
        wait,
      )
    for (const tag of due()) {
      pushing.add(tag.name)
      release.start(push(release, tag).finally(() => pushing.delete(tag.name)))
    }
  }
}

async function push(release: Tagging, tag: ReleaseTag): Promise<Continuation> {
  const { name, commit, message, dated } = tag
  const answer = await asked(release, { name, commit, message, at: dated })
  const at = new Date().toISOString()
  return (now) => applyTag(now, name, answer, at)
}

/** A fault of our own is retried like an unreachable remote: a tag is never silently given up. */
async function asked(release: Tagging, tag: Parameters<typeof pushTag>[0]['tag']): Promise<TagAnswer> {
  const app = release.state()?.app
  if (!app) return { kind: 'away', reason: 'The release is not there yet.' }
  try {
    return await pushTag({ repository: repositoryOf(app), tag })
  } catch (error) {
    return { kind: 'away', reason: wordsOf(error) }
  }
}
