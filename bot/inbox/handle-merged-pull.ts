/** S4.20: a merged pull request cuts a release. The forge's signature vouches for it, and the file says which do. */
import type { MergedPullIntent } from '../../domain/intent.js'
import type { Outcome } from '../../domain/refusal.js'
import { selfCut } from '../../domain/release/self-cut.js'
import type { Handling } from '../orders/handling.js'
import { appOf } from '../orders/resolve.js'
import { LONGEST_TITLE } from '../verbs/common/release-details.js'

export function handleMergedPull(handling: Handling<MergedPullIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const { number, type, commit, releaseId, deploymentId } = intent
  const at = context.clock.now().toISOString()
  const ending = ` (#${number})`
  const title = intent.title
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_TITLE - ending.length)
  const cut = { app, releaseId, deploymentId, commit, title: `${title}${ending}`, type, at }
  return context.gateway.cut(selfCut(cut), key)
}
