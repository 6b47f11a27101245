/** Cherry-picks onto a release, and its tags. */
import type { PickIntent, TagIntent } from '../../domain/intent.js'
import { type Outcome, refuse } from '../../domain/refusal.js'
import { askRelease } from './ask-release.js'
import type { Handling } from './context.js'
import { appOf, permitted, releaseOf, releaseView } from './resolve.js'

/** S5.7, S5.8. Without a release it is the newest cut. The answer comes once git has picked, or could not. */
export async function pick(handling: Handling<PickIntent>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'cherry-pick', { app, environment: null })
  const found = await releaseOf(handling, app.name, intent.release ?? { kind: 'named', text: 'latest' })
  const { id, state } = await releaseView(handling, found.releaseId)
  // The workflow of a release that has ended may be gone; it would say the same.
  if (state !== 'open') return refuse({ code: 'release-ended', state })
  const { picks, step, deploymentId, confirmed = null } = intent
  const order = { picks, step, deploymentId, confirmed, by }
  return askRelease(handling, { app: app.name, release: id }, { verb: 'pick', order })
}

/** G.3: whoever may retry may have the tags of a release tried again. */
export async function tagAgain(handling: Handling<TagIntent>): Promise<Outcome> {
  const { intent } = handling
  const app = appOf(handling, intent.app)
  const by = await permitted(handling, 'retry', { app, environment: null })
  const { releaseId } = await releaseOf(handling, app.name, intent.release)
  return askRelease(handling, { app: app.name, release: releaseId }, { verb: 'tag-again', order: by })
}
