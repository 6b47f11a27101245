import type { Ledger } from '../../domain/ledger.js'
import type { RecordActivities } from './index.js'

/** Writes what the workflows changed. */
export function createRecordActivities(ledger: Pick<Ledger, 'recordChange'>): RecordActivities {
  return { recordChange: (change) => ledger.recordChange(change) }
}
