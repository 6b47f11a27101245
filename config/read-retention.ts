import type { KeepDays, RetentionKind } from '../domain/retention.js'
import { readNumber, type VariableReader } from './variables.js'

/** Never shorter than the data may still be needed: a stage can last a day, and an outage is waited out. */
const bounds: Readonly<Record<RetentionKind, { readonly otherwise: number; readonly least: number }>> = {
  orders: { otherwise: 90, least: 7 },
  changes: { otherwise: 30, least: 7 },
  sent: { otherwise: 90, least: 7 },
  calls: { otherwise: 30, least: 3 },
  logs: { otherwise: 180, least: 1 },
  buttons: { otherwise: 180, least: 7 },
  messages: { otherwise: 180, least: 7 },
  reports: { otherwise: 180, least: 7 },
  workers: { otherwise: 30, least: 1 },
  jobs: { otherwise: 3, least: 2 },
  checkouts: { otherwise: 1, least: 1 },
  mirrors: { otherwise: 30, least: 7 },
  artifacts: { otherwise: 30, least: 7 },
}
const MOST = 36_500

/** The names of the variables for each kind. */
export const keepVariables: readonly string[] = Object.keys(bounds).map(variableOf)

function variableOf(kind: string): string {
  return `KEEP_${kind.toUpperCase()}_DAYS`
}

/** `SLIPWAY_KEEP_…_DAYS`. */
export function readKeepDays(reader: VariableReader): KeepDays {
  const days = (kind: RetentionKind): number =>
    readNumber(reader, `SLIPWAY_${variableOf(kind)}`, { ...bounds[kind], most: MOST })
  return {
    orders: days('orders'),
    changes: days('changes'),
    sent: days('sent'),
    calls: days('calls'),
    logs: days('logs'),
    buttons: days('buttons'),
    messages: days('messages'),
    reports: days('reports'),
    workers: days('workers'),
    jobs: days('jobs'),
    checkouts: days('checkouts'),
    mirrors: days('mirrors'),
    artifacts: days('artifacts'),
  }
}
