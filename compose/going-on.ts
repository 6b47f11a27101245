/** After an upgrade, before a worker starts: checks that running workflows can continue on the new code. */
import type { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import type { Logger } from 'pino'
import { enterInstallation, knownWorkflows, refuseOlder, setKnownWorkflows } from '../db/installation.js'
import type { Database } from '../db/tables.js'
import { UNNAMED } from '../domain/worker-builds.js'
import { buildsOf, currentBuild, isFor } from '../workflows/gateway-builds.js'
import { historiesOf, newestRunning } from '../workflows/gateway-histories.js'
import { replayOn } from '../workflows/worker-replay.js'
import { deploymentNameOf } from '../workflows/workflow-ids.js'
import { StartProblem } from './start-problem.js'
import { thisBuild, workflowsIn } from './this-build.js'

const SHOWN = 5

export interface GoingOn {
  readonly queuePrefix: string
  /** The name of this build; null when builds have none. */
  readonly buildId: string | null
  readonly bundle: string
}

interface Parts {
  readonly client: Client
  readonly db: Kysely<Database>
  readonly log: Logger
}

/**
 * Calls {@link takeTurn}, except for a named build that another one has replaced. Throws {@link StartProblem} for a build without
 * a name while a named build has the workflows, because it would get none.
 */
export async function expectGoingOn(parts: Parts, plan: GoingOn): Promise<void> {
  const { client, db } = parts
  const { queuePrefix, buildId } = plan
  if (buildId === null) {
    const current = await currentBuild(client, queuePrefix)
    if (current !== UNNAMED) throw new StartProblem(nameless(current, queuePrefix))
    return takeTurn(parts, plan)
  }
  const { current, isNew } = await buildsOf(client, { queuePrefix, own: buildId }).standing()
  // A replaced build only finishes its own attempts, so it need not be able to continue anything else.
  if (!isNew && current !== buildId) return refuseOlder(db, thisBuild())
  return takeTurn(parts, plan)
}

const nameless = (current: string, queuePrefix: string): string =>
  `The workflows belong to the build ${current}, and SLIPWAY_BUILD_ID is not set, so this worker would get none → set it; or, to go back to workers without it: temporal worker deployment set-current-version --deployment-name ${deploymentNameOf(queuePrefix)} --unversioned`

/**
 * Registers this build as the running one, after replaying the running workflows once for each different workflow bundle. Throws
 * {@link StartProblem} when some would be stuck: they wait where they are for the Slipway on which they started.
 */
export async function takeTurn(
  { client, db, log }: Parts,
  { queuePrefix, buildId, bundle }: GoingOn,
): Promise<void> {
  const workflows = workflowsIn(bundle)
  if ((await knownWorkflows(db)) === workflows) return enterInstallation(db, thisBuild())
  const running = await newestRunning(client, queuePrefix, isFor(buildId, queuePrefix))
  // With nothing running there is nothing to replay, and the bundle takes a second to load.
  const { payloadCodecs } = client.options.loadedDataConverter
  const { count, stuck } =
    running.length === 0
      ? { count: 0, stuck: [] }
      : await replayOn(bundle, historiesOf(client, running), payloadCodecs)
  if (stuck.length > 0) {
    log.error({ stuck }, 'Running workflows cannot continue on this Slipway')
    const named = stuck.slice(0, SHOWN).map(({ workflowId }) => workflowId)
    const more = stuck.length - named.length
    throw new StartProblem(
      `${stuck.length} of ${count} workflows that run cannot go on with this Slipway: ${named.join(', ')}${more > 0 ? ` and ${more} more` : ''} → start the one that ran before, which goes on with them; where migrations were made since, restore the backup from before them first. The log says what differs`,
    )
  }
  if (count > 0) log.info({ count }, 'Running workflows continue on this Slipway')
  await enterInstallation(db, thisBuild())
  await setKnownWorkflows(db, workflows)
}
