/** Our workflows, of which one waits before it does what it did: no history of it can go on with them. */
import { sleep } from '@temporalio/workflow'
import * as ours from '../../workflows/index.js'

export * from '../../workflows/index.js'

export async function environment(...input: Parameters<typeof ours.environment>): Promise<void> {
  await sleep(1)
  await ours.environment(...input)
}
