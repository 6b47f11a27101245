import { Client, Connection } from '@temporalio/client'

/** The history of every workflow as text, payloads decoded. */
export async function allHistories(address: string): Promise<readonly string[]> {
  const connection = await Connection.connect({ address })
  const client = new Client({ connection })
  const histories: string[] = []
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events = [] } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    histories.push(
      JSON.stringify(events, (_, value: unknown) =>
        value instanceof Uint8Array ? Buffer.from(value).toString() : value,
      ),
    )
  }
  await connection.close()
  return histories
}
