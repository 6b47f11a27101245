/** What the activity that picks tells the release it picks for. */
import type { Client } from '@temporalio/client'
import type { PickProgress } from '../domain/release/picking.js'
import * as messages from './messages.js'

export interface PickSignals {
  /** Of many picks, how far they are. What comes late or twice changes nothing. */
  pickProgress(workflowId: string, progress: PickProgress): Promise<void>
}

export function pickSignals(
  client: Client,
  bounded: (work: () => Promise<unknown>) => Promise<unknown>,
): PickSignals {
  return {
    pickProgress: async (workflowId, progress) => {
      const handle = client.workflow.getHandle(workflowId)
      await bounded(() => handle.signal(messages.pickProgressSignal, progress))
    },
  }
}
