/** What a refusal offers to do all the same, as a button of the answer: for what only asks whether it is meant. */
import type { ActionsBlock } from '@slack/types'
import type { Refusal } from '../../../domain/refusal.js'
import { actions, button } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'

export interface Offer {
  readonly block: ActionsBlock
  /** To be stored before the message shows it. */
  readonly target: ButtonTarget
}

/** Null: there is only the way that the refusal's words name. */
export function offerOf(refusal: Refusal): Offer | null {
  switch (refusal.code) {
    case 'newer-candidate':
    case 'newer-runs':
      return offer(
        { verb: 'promote', ...refusal.again, confirmed: true },
        `Promote ${refusal.candidate} to ${refusal.again.environment} all the same`,
      )
    case 'went-wrong-before':
      return offer(
        { verb: 'promote-again', ...refusal.again },
        `Promote again to ${refusal.again.environment}…`,
      )
    case 'pick-unconfirmed':
      return confirmPick(refusal.again)
    default:
      return null
  }
}

function offer(target: ButtonTarget, label: string): Offer {
  const look = { verb: target.verb, label, says: label, value: buttonId(target) }
  return { target, block: actions([button(look)]) }
}

/** Opens the form that lists everything. */
function confirmPick(again: Pick<ButtonTarget, 'app'> & Required<Pick<ButtonTarget, 'releaseId'>>): Offer {
  const target: ButtonTarget = { verb: 'cherry-pick-confirm', ...again }
  const look = { verb: target.verb, label: 'Look and confirm…', says: 'Look at what came besides the pick' }
  return { target, block: actions([button({ ...look, value: buttonId(target) })]) }
}
