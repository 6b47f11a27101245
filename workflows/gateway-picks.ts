/** Progress reports from the picking activity to its release. */
import type { Client } from '@temporalio/client'
import type { PickProgress } from '../domain/release/picking.js'
import { unlessGone } from './gateway-gone.js'
import * as messages from './messages.js'

export interface PickSignals {
  /** The progress of many picks. A signal that is late, repeated, or sent to a release that is gone changes nothing. */
  pickProgress(workflowId: string, progress: PickProgress): Promise<void>
}

export function pickSignals(
  client: Client,
  bounded: (work: () => Promise<unknown>) => Promise<unknown>,
): PickSignals {
  return {
    pickProgress: async (workflowId, progress) => {
      const handle = client.workflow.getHandle(workflowId)
      await bounded(() => unlessGone(() => handle.signal(messages.pickProgressSignal, progress)))
    },
  }
}
