/** The histories of running workflows. */
import type { Client, HistoryAndWorkflowId, WorkflowExecutionInfo } from '@temporalio/client'
import type { Payload } from '@temporalio/common'
import { orMissing, unlessGone } from './gateway-gone.js'
import { MAIN_QUEUE } from './workflow-ids.js'

/** Per kind. All of one kind behave alike, and a thousand histories would take minutes. */
const MOST = 20

/** The histories of these workflows, one after the other. One that has ended in the meantime is left out. */
export async function* historiesOf(
  client: Client,
  executions: readonly WorkflowExecutionInfo[],
): AsyncIterable<HistoryAndWorkflowId> {
  for (const { workflowId, runId } of executions) {
    const handle = client.workflow.getHandle(workflowId, runId)
    const history = await unlessGone(() => handle.fetchHistory())
    if (history) yield { workflowId, history }
  }
}

/** All running workflows, the newest first. */
export function running(client: Client, queuePrefix: string): AsyncIterable<WorkflowExecutionInfo> {
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${queuePrefix}${MAIN_QUEUE}'`
  return client.workflow.list({ query })
}

/** What this run of a workflow began with, as stored; nothing if it is gone. */
export async function firstInput(
  { connection, options: { namespace } }: Client,
  { workflowId, runId }: WorkflowExecutionInfo,
): Promise<readonly Payload[]> {
  const execution = { workflowId, runId }
  const first = await orMissing(
    connection.workflowService.getWorkflowExecutionHistory({ namespace, execution, maximumPageSize: 1 }),
    null,
  )
  return first?.history?.events?.[0]?.workflowExecutionStartedEventAttributes?.input?.payloads ?? []
}

/** The running workflows that `isOurs` selects, the newest first, at most twenty of each kind. */
export async function newestRunning(
  client: Client,
  queuePrefix: string,
  isOurs: (workflow: WorkflowExecutionInfo) => boolean,
): Promise<readonly WorkflowExecutionInfo[]> {
  const ofKind = new Map<string, number>()
  const found: WorkflowExecutionInfo[] = []
  for await (const one of running(client, queuePrefix)) {
    if (!isOurs(one)) continue
    const before = ofKind.get(one.type) ?? 0
    ofKind.set(one.type, before + 1)
    if (before < MOST) found.push(one)
  }
  return found
}
