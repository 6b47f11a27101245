/** Pushes need no permission: the forge's signature, or our own look at the remote, vouches for them. */
import { isFollowed } from '../../domain/delivery/rules.js'
import { parseCommitSha } from '../../domain/identifiers.js'
import type { PushIntent } from '../../domain/intent.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { Handling } from '../orders/handling.js'
import { appOf } from '../orders/resolve.js'

/** S2.13, S3.2: a push reaches the previews of its branch, and continuous mode if the branch is followed. */
export async function handlePush(handling: Handling<PushIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const commit = parseCommitSha(intent.commit)
  if (intent.deleted) {
    await context.gateway.previewPush(app.name, intent.branch, null, intent.pull)
    return done({ code: 'push-taken', commit: intent.commit })
  }
  if (commit === null) return refuse({ code: 'ref-invalid', ref: intent.commit })
  await context.gateway.previewPush(app.name, intent.branch, commit)
  if (isFollowed(app, intent.branch)) {
    const at = context.clock.now().toISOString()
    await context.gateway.push(app, intent.branch, { key, commit, at, via: intent.via })
  }
  return done({ code: 'push-taken', commit })
}
