import { Client, Connection } from '@temporalio/client'
import { temporal } from '@temporalio/proto'

/** The history of every workflow as text, with the bytes of its payloads as they are stored. */
export async function allHistories(address: string): Promise<readonly string[]> {
  const connection = await Connection.connect({ address })
  const client = new Client({ connection })
  const histories: string[] = []
  for await (const { workflowId, runId } of client.workflow.list()) {
    const { events } = await client.workflow.getHandle(workflowId, runId).fetchHistory()
    // An event writes its bytes in base64, in which nobody finds a word.
    const plain = (events ?? []).map((event) =>
      temporal.api.history.v1.HistoryEvent.toObject(temporal.api.history.v1.HistoryEvent.fromObject(event), {
        longs: String,
        enums: String,
      }),
    )
    histories.push(JSON.stringify(withTexts(plain)))
  }
  await connection.close()
  return histories
}

function withTexts(value: unknown): unknown {
  if (value instanceof Uint8Array) return Buffer.from(value).toString()
  if (Array.isArray(value)) return value.map(withTexts)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withTexts(part)]))
}
