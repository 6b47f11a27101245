/** Pushes and pull requests. They need no permission: the forge's signature, or our own check of the remote, authorizes them. */
import { isFollowed } from '../../domain/delivery/rules.js'
import { parseCommitSha, SLIPWAY } from '../../domain/identifiers.js'
import type { MergedPullIntent, PullIntent, PushIntent } from '../../domain/intent.js'
import { LONGEST_TITLE } from '../../domain/order-limits.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import { selfCut } from '../../domain/release/self-cut.js'
import type { Handling } from '../orders/handling.js'
import { appOf } from '../orders/resolve.js'

/** S2.13, S3.2: a push goes to the previews of its branch, and to continuous mode if the branch is followed. */
export async function handlePush(handling: Handling<PushIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const commit = parseCommitSha(intent.commit)
  if (intent.deleted) {
    await context.gateway.previewPush(app.name, intent.branch, null, intent.pull)
    return done({ code: 'push-taken', commit: intent.commit })
  }
  if (commit === null) return refuse({ code: 'ref-invalid', ref: intent.commit })
  const at = context.clock.now().toISOString()
  // Most pushes concern no preview, and would wait for its workflow.
  if (isFollowed(app, intent.branch))
    await context.gateway.push(app, intent.branch, { key, commit, at, via: intent.via })
  await context.gateway.previewPush(app.name, intent.branch, commit)
  return done({ code: 'push-taken', commit })
}

/** S4.21: the head of a pull request is built where the configuration asks for it. */
export async function handlePull(handling: Handling<PullIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const commit = parseCommitSha(intent.commit)
  if (commit === null) return refuse({ code: 'ref-invalid', ref: intent.commit })
  if (app.pullRequests !== 'build') return done({ code: 'push-taken', commit })
  const { number, title, author, fork } = intent
  return context.gateway.buildPull({ app, number, commit, title, author, fork, by: SLIPWAY }, key)
}

/** S4.20: a merged pull request cuts a release of the type that the configuration gives it. */
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
