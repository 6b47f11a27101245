/** Pushes: nobody is asked, since the forge's signature or our own look at the remote vouches for them. */
import { isFollowed } from '../../domain/delivery/rules.js'
import { parseCommitSha } from '../../domain/identifiers.js'
import type { MuteIntent, PushIntent } from '../../domain/intent.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import { type Handling, Refused } from '../orders/handling.js'
import { appOf } from '../orders/resolve.js'

/** S2.13, S3.2: a push reaches the previews of its branch, and continuous mode if the branch is followed. */
export async function push(handling: Handling<PushIntent>): Promise<Outcome> {
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

/** U.11: what a person hears is theirs alone to say, so any full member may. */
export async function mute(handling: Handling<MuteIntent>): Promise<Outcome> {
  const { intent, context, actor } = handling
  if (intent.app !== null) appOf(handling, intent.app)
  const answer = await context.authorizer.authorizeMember(actor, 'mute')
  if (answer.kind === 'denied') throw new Refused(answer.refusal)
  await context.saveMute(actor.user, intent)
  return done({ code: 'muted', level: intent.level })
}
