/** The card's buttons and menu, with the targets their ids stand for. */
import type { ActionsBlock, Button, Overflow } from '@slack/types'
import type { CardAction } from '../../../domain/card-actions.js'
import type { ReleaseView } from '../../../domain/views.js'
import { actionRows, button, overflow } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'
import { actionLabel, actionQuestion, actionSays, menuQuestion } from './action-words.js'

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
    return drawButton(view, action, { style, alone: isAlone(shown, action) })
  })
  return {
    blocks: actionRows(buttons, menu.length === 0 ? null : drawMenu(view, menu)),
    targets: [...shown, ...menu].map((action) => targetOf(view, action)),
  }
}

const isAlone = (shown: readonly CardAction[], action: CardAction): boolean =>
  shown.filter(({ verb }) => verb === action.verb).length === 1

interface Look {
  readonly style: 'primary' | 'danger' | null
  readonly alone: boolean
}

function drawButton(view: ReleaseView, action: CardAction, { style, alone }: Look): Button {
  return button({
    verb: action.verb,
    label: actionLabel(view, action, alone),
    says: actionSays(view, action),
    value: buttonId(targetOf(view, action)),
    style,
    confirm: actionQuestion(view, action),
  })
}

function drawMenu(view: ReleaseView, menu: readonly CardAction[]): Overflow {
  const entries = menu.map((action) => ({
    label: actionLabel(view, action, isAlone(menu, action)),
    value: buttonId(targetOf(view, action)),
  }))
  const confirm = menuQuestion(view, menu)
  return { ...overflow(entries), ...(confirm ? { confirm } : {}) }
}

/** What a press means. A roll back names the deployment it goes back to, all others the one they are about. */
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
