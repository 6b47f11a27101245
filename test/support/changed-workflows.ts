/** Our workflows, one of which waits before it does anything: none of its histories can continue with them. */
import { sleep } from '@temporalio/workflow'
import * as ours from '../../workflows/index.js'

export * from '../../workflows/index.js'

export async function environment(...input: Parameters<typeof ours.environment>): Promise<void> {
  await sleep(1)
  await ours.environment(...input)
}
