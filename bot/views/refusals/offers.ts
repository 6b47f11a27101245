/** The follow-up actions that a refusal offers as buttons: a confirmation, or an allowed alternative. */
import type { ActionsBlock } from '@slack/types'
import type { Refusal, RefusalFacts } from '../../../domain/refusal.js'
import { actions, button, confirmation } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'
import { clip } from '../escape.js'

export interface Offer {
  readonly block: ActionsBlock
  /** To be stored before the message shows them. */
  readonly targets: readonly ButtonTarget[]
}

/** Null: there is only the way described by the refusal's text. */
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
    case 'changed-meanwhile': {
      const { app, order } = refusal.again
      return offer({ verb: 'try-again', app, argument: order, confirmed: true }, 'Carry it out all the same')
    }
    case 'day-over':
      return offer(
        { verb: 'run', app: refusal.app, argument: refusal.again },
        `Plan it for ${refusal.day} all the same`,
      )
    case 'delete-unconfirmed':
      return offer(
        { verb: 'run', app: refusal.app, argument: `delete ${refusal.app} ${refusal.releaseId} --yes` },
        `Delete ${clip(refusal.name, 50)}`,
      )
    case 'teardown-needs-confirmation':
      return offer(
        {
          ...{ verb: 'run', app: refusal.app },
          argument: `env teardown ${refusal.environment} --app ${refusal.app} --yes`,
        },
        `Tear down ${refusal.environment} all the same`,
      )
    case 'pick-unconfirmed':
      return confirmPick(refusal.again)
    case 'rebuild-needs-confirmation': {
      const { app, environment } = refusal
      return offer(
        { verb: 'env-rebuild', app, environment, confirmed: true },
        `Rebuild ${environment} all the same`,
      )
    }
    case 'setup-required':
      return setups(refusal)
    case 'setup-needs-approval':
      return refusal.promotion === null ? null : setups({ ...refusal, because: 'template' })
    default:
      return null
  }
}

function offer(target: ButtonTarget, label: string): Offer {
  const look = { verb: target.verb, label, says: label, value: buttonId(target) }
  return { targets: [target], block: actions([button(look)]) }
}

/** Offers the refused promotion with a setup and, if it helps, a rebuild of what runs there. */
function setups({ app, environment, because, promotion }: RefusalFacts['setup-required']): Offer {
  const rebuild: ButtonTarget = { verb: 'env-rebuild', app, environment, confirmed: true }
  const first: readonly Drawn[] =
    promotion === null
      ? []
      : [
          {
            label: `Promote with a setup`,
            says: `Promote ${promotion.candidate} to ${environment}, with a setup first`,
            target: {
              ...{ verb: 'promote', app, environment, argument: SETUP },
              ...{ releaseId: promotion.releaseId, candidate: promotion.number },
              ...(promotion.override === null ? {} : { override: promotion.override }),
              ...(promotion.reason === null ? {} : { reason: promotion.reason }),
              ...(promotion.olderConfirmed ? { confirmed: true } : {}),
            },
          },
        ]
  // A rebuild sets up what currently runs, so it does not apply a template that only the candidate has.
  const helps = promotion === null || because === 'variables'
  const second: readonly Drawn[] = helps
    ? [{ label: 'Rebuild', says: `Rebuild ${environment} with what runs there`, target: rebuild }]
    : []
  const drawn = [...first, ...second]
  return {
    targets: drawn.map(({ target }) => target),
    block: actions(
      drawn.map(({ target, label, says }) =>
        button({
          ...{ verb: target.verb, label, says, value: buttonId(target) },
          confirm: target === rebuild ? rebuildQuestion(environment) : null,
        }),
      ),
    ),
  }
}

/** The confirmation that `environment/manual.ts` requires. */
const rebuildQuestion = (environment: string): ReturnType<typeof confirmation> =>
  confirmation(
    `Rebuild ${environment}?`,
    'Setup runs anew: what it makes from scratch loses what is stored in it.',
    'Rebuild',
  )

interface Drawn {
  readonly label: string
  readonly says: string
  readonly target: ButtonTarget
}

/** The argument of a promotion button that requests a setup first. */
export const SETUP = 'setup'

/** Opens the form that lists everything. */
function confirmPick(again: Pick<ButtonTarget, 'app'> & Required<Pick<ButtonTarget, 'releaseId'>>): Offer {
  const target: ButtonTarget = { verb: 'cherry-pick-confirm', ...again }
  const look = { verb: target.verb, label: 'Look and confirm…', says: 'Look at what came besides the pick' }
  return { targets: [target], block: actions([button({ ...look, value: buttonId(target) })]) }
}
