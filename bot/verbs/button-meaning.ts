/** Interprets a click: the same intents as the typed commands. If text is needed, it opens a form. */
import type { Action } from '../../domain/verbs.js'
import type { Request } from '../commands/parsed-command.js'
import type { ButtonTarget } from '../views/button-target.js'
import { buttonOf } from './table.js'

export interface ActionTarget extends ButtonTarget {
  readonly verb: Action
}

export const isActionTarget = (target: ButtonTarget): target is ActionTarget => target.verb !== 'run'

/** Null: the button lacks something that its verb needs, so another version created it. */
export const buttonMeaning = (target: ActionTarget): Request | null => buttonOf(target.verb)(target)
