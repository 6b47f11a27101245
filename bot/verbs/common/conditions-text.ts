import type { Gate } from '../../../domain/reasons.js'
import { mrkdwn } from '../../views/markup.js'
import { gateWords } from '../../views/words/gate-words.js'

/** What else keeps a deployment from starting; empty when nothing does. Instants in it are shown as dates. */
export const conditionsText = (conditions: readonly Gate[]): string =>
  conditions.length === 0
    ? ''
    : ` It also waits for ${conditions.map((gate) => gateWords(gate, mrkdwn)).join(', and for ')}.`
