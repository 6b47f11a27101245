/** S4.21: the head of a pull request is built. The forge's signature vouches for it, and the file says whether. */
import { parseCommitSha, SLIPWAY } from '../../domain/identifiers.js'
import type { PullIntent } from '../../domain/intent.js'
import { done, type Outcome, refuse } from '../../domain/refusal.js'
import type { Handling } from '../orders/handling.js'
import { appOf } from '../orders/resolve.js'

export async function handlePull(handling: Handling<PullIntent>): Promise<Outcome> {
  const { intent, context, key } = handling
  const app = appOf(handling, intent.app)
  const commit = parseCommitSha(intent.commit)
  if (commit === null) return refuse({ code: 'ref-invalid', ref: intent.commit })
  if (app.pullRequests !== 'build') return done({ code: 'push-taken', commit })
  const { number, title, author, fork } = intent
  return context.gateway.buildPull({ app, number, commit, title, author, fork, by: SLIPWAY }, key)
}
