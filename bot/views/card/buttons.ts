/** The card's buttons and menu, with their targets. */
import type { ActionsBlock, Button, Overflow } from '@slack/types'
import type { CardAction } from '../../../domain/card-actions.js'
import type { ReleaseView } from '../../../domain/views.js'
import { actionRows, button, overflow } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'
import { actionLabel, actionQuestion, actionSays } from './action-words.js'

const BUTTONS = 4
const MENU = 5
const positive = new Set<CardAction['verb']>([
  'cut',
  'promote',
  'approve',
  'accept',
  'retry',
  'wait-host',
  'cherry-pick-continue',
  'cherry-pick-confirm',
])
const negative = new Set<CardAction['verb']>(['rollback', 'abort'])

export interface DrawnButtons {
  readonly blocks: readonly ActionsBlock[]
  /** To be stored before the message shows them. */
  readonly targets: readonly ButtonTarget[]
}

/** The first four wanted actions as buttons, the next five in the menu. */
export function drawButtons(view: ReleaseView, wanted: readonly CardAction[]): DrawnButtons {
  const prominent = wanted.filter(({ weight }) => weight !== 'rare')
  const shown = prominent.slice(0, BUTTONS)
  const menu = [...prominent.slice(BUTTONS), ...wanted.filter(({ weight }) => weight === 'rare')].slice(
    0,
    MENU,
  )
  const primary = shown.find(({ weight, verb }) => weight === 'main' && positive.has(verb))
  const danger = shown.find(({ verb }) => negative.has(verb))
  const buttons = shown.map((action) => {
    const style = action === primary ? 'primary' : action === danger ? 'danger' : null
    return drawButton(view, action, style)
  })
  return {
    blocks: actionRows(buttons, menu.length === 0 ? null : drawMenu(view, menu)),
    targets: [...shown, ...menu].map((action) => targetOf(view, action)),
  }
}

function drawButton(view: ReleaseView, action: CardAction, style: 'primary' | 'danger' | null): Button {
  return button({
    verb: action.verb,
    label: actionLabel(view, action),
    says: actionSays(view, action),
    value: buttonId(targetOf(view, action)),
    style,
    confirm: actionQuestion(view, action),
  })
}

/** Slack would confirm every choice of a menu, so a menu has no confirmation: entries that act immediately can be undone. */
const drawMenu = (view: ReleaseView, menu: readonly CardAction[]): Overflow =>
  overflow(
    menu.map((action) => ({
      label: actionLabel(view, action),
      value: buttonId(targetOf(view, action)),
    })),
  )

/** The target of a button. A rollback names the deployment it goes back to, any other action its own. */
function targetOf(view: ReleaseView, action: CardAction): ButtonTarget {
  const deployment = action.verb === 'rollback' ? action.to : action.deployment
  const environment = action.environment ?? action.deployment?.environment
  const candidate = action.candidate?.number ?? action.deployment?.candidateNumber
  return {
    verb: action.verb,
    app: view.app,
    releaseId: view.id,
    ...(candidate ? { candidate } : {}),
    ...(deployment ? { deploymentId: deployment.id } : {}),
    ...(environment ? { environment } : {}),
    ...(action.argument === null ? {} : { argument: action.argument }),
  }
}
