/** Our workflows, but attempts sleep before they do anything, so no running attempt can continue on them. */
import { setWorkflowOptions, sleep } from '@temporalio/workflow'
import { staysWithItsBuild } from '../../workflows/deployment.workflow.js'
import * as ours from '../../workflows/index.js'

export * from '../../workflows/index.js'

export async function deployment(
  ...input: Parameters<typeof ours.deployment>
): ReturnType<typeof ours.deployment> {
  await sleep(1)
  return ours.deployment(...input)
}
setWorkflowOptions(staysWithItsBuild, deployment)
