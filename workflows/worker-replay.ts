/** Whether workflows can continue with code other than the one they began with. */
import type { PayloadCodec } from '@temporalio/common'
import { type ReplayHistoriesIterable, Worker } from '@temporalio/worker'

export interface Replayed {
  readonly count: number
  /** Those that would now do something different. */
  readonly stuck: readonly { readonly workflowId: string; readonly why: string }[]
}

/** Replays each history, as far as it got, on the bundle at this path. */
export async function replayOn(
  bundle: string,
  histories: ReplayHistoriesIterable,
  payloadCodecs: PayloadCodec[] = [],
): Promise<Replayed> {
  const stuck: { readonly workflowId: string; readonly why: string }[] = []
  let count = 0
  for await (const { workflowId, error } of Worker.runReplayHistories(
    { workflowBundle: { codePath: bundle }, dataConverter: { payloadCodecs } },
    histories,
  )) {
    count += 1
    if (error) stuck.push({ workflowId, why: error.message })
  }
  return { count, stuck }
}
