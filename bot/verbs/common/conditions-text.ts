import type { Gate } from '../../../domain/reasons.js'
import { mrkdwn } from '../../views/markup.js'
import { gateWords } from '../../views/words/gate-words.js'

/** The other conditions a deployment is waiting for; empty when there are none. Instants in it are shown as dates. */
export const conditionsText = (conditions: readonly Gate[]): string =>
  conditions.length === 0
    ? ''
    : ` It also waits for ${conditions.map((gate) => gateWords(gate, mrkdwn)).join(', and for ')}.`
