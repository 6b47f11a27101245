/** What the workflows that run did so far. */
import {
  type Client,
  type HistoryAndWorkflowId,
  type WorkflowExecutionInfo,
  WorkflowNotFoundError,
} from '@temporalio/client'
import { MAIN_QUEUE } from './workflow-ids.js'

/** Of each kind. What one does the others of its kind do as well; a thousand histories would take minutes. */
const MOST = 20

/** What these did so far, one after the other. One that ended meanwhile is left out. */
export async function* historiesOf(
  client: Client,
  executions: readonly WorkflowExecutionInfo[],
): AsyncIterable<HistoryAndWorkflowId> {
  for (const { workflowId, runId } of executions) {
    const history = await client.workflow.getHandle(workflowId, runId).fetchHistory().catch(unlessEnded)
    if (history) yield { workflowId, history }
  }
}

function unlessEnded(error: unknown): null {
  if (error instanceof WorkflowNotFoundError) return null
  throw error
}

/** Those that run, the newest first, at most twenty of each kind. */
export async function newestRunning(
  client: Client,
  queuePrefix: string,
): Promise<readonly WorkflowExecutionInfo[]> {
  const query = `ExecutionStatus = 'Running' AND TaskQueue = '${queuePrefix}${MAIN_QUEUE}'`
  const ofKind = new Map<string, number>()
  const found: WorkflowExecutionInfo[] = []
  for await (const one of client.workflow.list({ query })) {
    const before = ofKind.get(one.type) ?? 0
    ofKind.set(one.type, before + 1)
    if (before < MOST) found.push(one)
  }
  return found
}
