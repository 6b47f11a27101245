/** Before the start: whether the data of running workflows can be read with the keys of this process. */
import type { Client, WorkflowExecutionInfo } from '@temporalio/client'
import type { Payload } from '@temporalio/common'
import PQueue from 'p-queue'
import type { PayloadEncryption, WorkerSettings } from '../config.js'
import { firstInput, running } from '../workflows/gateway-histories.js'
import { UnreadablePayload } from './encryption.js'
import { decodePayload } from './payload-codec.js'
import { StartProblem } from './start-problem.js'

const AT_ONCE = 20
const SHOWN = 5

/**
 * Throws {@link StartProblem} when running workflows began with data that these keys cannot read: this process could neither
 * continue them nor understand their answers. Without keys, looking at the newest is enough.
 */
export async function expectReadable(
  client: Client,
  { encryption, temporalPlacement }: Pick<WorkerSettings, 'encryption' | 'temporalPlacement'>,
): Promise<void> {
  const all: WorkflowExecutionInfo[] = []
  for await (const workflow of running(client, temporalPlacement.queuePrefix)) {
    all.push(workflow)
    if (encryption === null) break
  }
  const unreadable = new Map<string, string[]>()
  const look = async (workflow: WorkflowExecutionInfo): Promise<void> => {
    const why = whyUnreadable(await firstInput(client, workflow), encryption)
    if (why !== null) unreadable.set(why, [...(unreadable.get(why) ?? []), workflow.workflowId])
  }
  await new PQueue({ concurrency: AT_ONCE }).addAll(all.map((workflow) => () => look(workflow)))
  if (unreadable.size === 0) return
  throw new StartProblem([...unreadable].map(([why, ids]) => sentence(ids, why)).join('\n'))
}

function sentence(ids: readonly string[], why: string): string {
  const more = ids.length > SHOWN ? ` and ${ids.length - SHOWN} more` : ''
  return `The data of ${ids.slice(0, SHOWN).join(', ')}${more} cannot be read: ${why}`
}

function whyUnreadable(payloads: readonly Payload[], encryption: PayloadEncryption | null): string | null {
  try {
    for (const payload of payloads) decodePayload(encryption ?? { keys: [], plain: 'read' }, payload)
    return null
  } catch (error) {
    if (error instanceof UnreadablePayload) return error.message
    throw error
  }
}
