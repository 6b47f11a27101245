/** What a refusal offers to do all the same, as a button of the answer: for what only asks whether it is meant. */
import type { ActionsBlock } from '@slack/types'
import type { Refusal } from '../../../domain/refusal.js'
import { actions, button, confirmation } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'

export interface Offer {
  readonly block: ActionsBlock
  /** To be stored before the message shows it. */
  readonly target: ButtonTarget
}

/** Null: there is only the way that the refusal's words name. */
export function offerOf(refusal: Refusal): Offer | null {
  if (refusal.code === 'pick-unconfirmed') return confirmPick(refusal.again)
  if (refusal.code !== 'newer-candidate' || !refusal.again) return null
  const { app, releaseId, candidate, environment } = refusal.again
  const target: ButtonTarget = { verb: 'promote', app, releaseId, candidate, environment, confirmed: true }
  const label = `Promote ${refusal.candidate} all the same`
  const question = `${refusal.newer} is newer and ready. ${refusal.candidate} is then prepared for ${environment} all the same.`
  const ask = confirmation(`Promote the older one?`, question, 'Promote it')
  const look = { verb: 'promote', label, says: `${label} to ${environment}`, value: buttonId(target) }
  return { target, block: actions([button({ ...look, confirm: ask })]) }
}

/** Opens the form that lists everything. */
function confirmPick(again: Pick<ButtonTarget, 'app'> & Required<Pick<ButtonTarget, 'releaseId'>>): Offer {
  const target: ButtonTarget = { verb: 'cherry-pick-confirm', ...again }
  const look = { verb: target.verb, label: 'Look and confirm…', says: 'Look at what came besides the pick' }
  return { target, block: actions([button({ ...look, value: buttonId(target) })]) }
}
