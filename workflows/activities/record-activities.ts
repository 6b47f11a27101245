import type { ReleaseStore } from '../../domain/release-store.js'
import type { RecordActivities } from './index.js'

/** Writes what the workflows changed, and reads what they go on from. */
export function createRecordActivities(
  ledger: Pick<ReleaseStore, 'recordChange' | 'readState'>,
): RecordActivities {
  return {
    recordChange: (change) => ledger.recordChange(change),
    readState: (id) => ledger.readState(id),
  }
}
