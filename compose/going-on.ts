/** After an upgrade, before a worker begins: the workflows that run have to be able to go on with it. */
import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { enterInstallation, knownWorkflows, setKnownWorkflows } from '../db/installation.js'
import type { Database } from '../db/tables.js'
import { historiesOf, newestRunning } from '../workflows/gateway-histories.js'
import { replayOn } from '../workflows/worker-replay.js'
import { StartProblem } from './start-problem.js'
import { thisBuild, workflowsIn } from './this-build.js'

const SHOWN = 5

/**
 * Enters this build as the one that runs, after it replayed what runs, once for each other bundle of workflows. Throws
 * {@link StartProblem} when some would be stuck: they wait where they are, for the Slipway that they began with.
 */
export async function expectGoingOn(
  parts: { readonly client: Client; readonly db: Kysely<Database>; readonly log: Logger },
  { queuePrefix, bundle }: { readonly queuePrefix: string; readonly bundle: string },
): Promise<void> {
  const { client, db, log } = parts
  const workflows = workflowsIn(bundle)
  if ((await knownWorkflows(db)) === workflows) return enterInstallation(db, thisBuild())
  const running = await newestRunning(client, queuePrefix)
  // Where nothing runs there is nothing to replay, and the bundle takes a second to load.
  const { count, stuck } =
    running.length === 0 ? { count: 0, stuck: [] } : await replayOn(bundle, historiesOf(client, running))
  if (stuck.length > 0) {
    log.error({ stuck }, 'Workflows that run cannot go on with this Slipway')
    const named = stuck.slice(0, SHOWN).map(({ workflowId }) => workflowId)
    const more = stuck.length - named.length
    throw new StartProblem(
      `${stuck.length} of ${count} workflows that run cannot go on with this Slipway: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} → start the one that ran before, which goes on with them; where migrations were made since, restore the backup from before them first. The log says what differs`,
    )
  }
  if (count > 0) log.info({ count }, 'Workflows that run go on with this Slipway')
  await enterInstallation(db, thisBuild())
  await setKnownWorkflows(db, workflows)
}
