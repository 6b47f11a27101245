import { outside, withDates } from '../../views/escape.js'

/** What else keeps a deployment from starting; empty when nothing does. Instants in it are shown as dates. */
export const conditionsText = (conditions: readonly string[] = []): string =>
  conditions.length === 0
    ? ''
    : ` It also waits for ${conditions.map((one) => withDates(outside(one, 150))).join(', and for ')}.`
