import type { ReleaseStore } from '../../domain/release-store.js'
import type { RecordActivities } from './index.js'

/** Writes what the workflows changed. */
export function createRecordActivities(ledger: Pick<ReleaseStore, 'recordChange'>): RecordActivities {
  return { recordChange: (change) => ledger.recordChange(change) }
}
