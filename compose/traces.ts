/** Orders followed from the press to the card: what is told of them, and where in this process. */
import type { WorkflowClientInterceptor } from '@temporalio/client'
import { ApplicationFailure, ApplicationFailureCategory } from '@temporalio/common'
import type { Kysely } from 'kysely'
import { z } from 'zod'
import type { FollowShowing } from '../bot/publisher/publisher-options.js'
import { lendVariables, type WorkerSettings } from '../config.js'
import { appOfRelease, newestOrder, whereaboutsOf } from '../db/queries/order-behind.js'
import type { Database } from '../db/tables.js'
import {
  type DeploymentId,
  parseDeploymentId,
  parseReleaseId,
  type ReleaseId,
} from '../domain/identifiers.js'
import { noTraces, type Step, type Traces } from '../domain/traces.js'
import type { FollowActivity } from '../workflows/activities/followed.js'
import { environmentWorkflowId, releaseWorkflowId } from '../workflows/workflow-ids.js'
import { packagesMissing } from './start-problem.js'

interface TracesNeeds {
  readonly settings: Pick<WorkerSettings, 'traces'>
  readonly environment: NodeJS.ProcessEnv
  readonly blank: (text: string) => string
  /** Of a collector that takes nothing. */
  readonly onTrouble: (error: unknown) => void
}

/** What is loaded where somebody follows. */
const parts = () => import('../integrations/traces/open-traces.js')

/** Nothing is loaded, and nothing done, where nobody follows. Throws `StartProblem` where the packages for it are missing. */
export async function openTraces(
  { settings, environment, blank, onTrouble }: TracesNeeds,
  load: typeof parts = parts,
): Promise<Traces> {
  if (settings.traces === null) return noTraces
  lendVariables(environment, /^OTEL_/)
  const { openTraces: open } = await load().catch(
    packagesMissing(
      'OTEL_EXPORTER_OTLP_ENDPOINT asks for traces, but the packages of OpenTelemetry',
      'unset it',
    ),
  )
  return open({ ...settings.traces, blank, onTrouble })
}

/** An order that is asked of its environment is carried out there soon; what comes much later has other reasons. */
const SOON_MS = 600_000

interface Subject {
  readonly deployment: DeploymentId | null
  readonly release: ReleaseId | null
  /** The workflow that does it. */
  readonly workflow: string | null
}

/**
 * The order for which something is done; null: none. That of a deployment is the newest about it; one that nobody ordered by
 * itself came of what was last ordered of its release.
 */
async function orderBehind(
  db: Kysely<Database>,
  { deployment, release, workflow }: Subject,
): Promise<string | null> {
  const at = deployment && (await whereaboutsOf(db, deployment))
  if (at) {
    const own = at.release === null ? [] : [releaseWorkflowId(at.app, at.release)]
    const workflows = [...own, environmentWorkflowId(at.app, at.environment)]
    const about = await newestOrder(db, { workflows, deployment })
    if (about !== null || own.length === 0) return about
    return newestOrder(db, { workflows: own, until: at.preparedAt })
  }
  const app = release && (await appOfRelease(db, release))
  if (release && app) return newestOrder(db, { workflows: [releaseWorkflowId(app, release)] })
  return workflow === null ? null : newestOrder(db, { workflows: [workflow], withinMs: SOON_MS })
}

/** Follows what workflows have done: each activity, under what its order is found by. */
export function followActivities(traces: Traces, db: Kysely<Database>): FollowActivity | null {
  if (traces === noTraces) return null
  return ({ workflow, name, attempt, given }, work) => {
    const about = { 'temporal.workflow_id': workflow, 'temporal.attempt': attempt, ...plainFacts(given[0]) }
    const text = `${workflow} ${JSON.stringify(given)}`
    const subject = {
      deployment: parseDeploymentId(DEPLOYMENT.exec(text)?.[0] ?? ''),
      release: parseReleaseId(RELEASE.exec(text)?.[0] ?? ''),
      workflow,
    }
    return traces.step(() => orderBehind(db, subject), { name, about }, work, isWaiting)
  }
}

const DEPLOYMENT = /dep_[0-9A-Z]{26}/
const RELEASE = /rel_[0-9A-Z]{26}/

/** The names in what an activity is given: which stage, which run. Never what people wrote. */
function plainFacts(given: unknown): Readonly<Record<string, string | number>> {
  const facts = z.object({ stage: z.string(), run: z.number() }).partial().safeParse(given)
  const { stage, run } = facts.data ?? {}
  return {
    ...(stage === undefined ? {} : { 'slipway.stage': stage }),
    ...(run === undefined ? {} : { 'slipway.run': run }),
  }
}

/** Waiting for another is no fault, and is asked again every second. */
const isWaiting = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.category === ApplicationFailureCategory.BENIGN

/** Follows what is asked of workflows. */
export function followCalls({ part }: Traces): WorkflowClientInterceptor {
  const step = (name: string, workflow: string): Step => ({
    name,
    about: { 'temporal.workflow_id': workflow },
  })
  return {
    start: (input, next) =>
      part(step(`start ${input.workflowType}`, input.options.workflowId), () => next(input)),
    signal: (input, next) =>
      part(step(`signal ${input.signalName}`, input.workflowExecution.workflowId), () => next(input)),
    startUpdate: (input, next) =>
      part(step(`update ${input.updateName}`, input.workflowExecution.workflowId), () => next(input)),
    startUpdateWithStart: (input, next) =>
      part(step(`update ${input.updateName}`, input.workflowStartOptions.workflowId), () => next(input)),
  }
}

/** Follows what the publisher shows of a release. */
export const followShowing =
  (traces: Traces, db: Kysely<Database>): FollowShowing =>
  (what, { release, deployment }, work) =>
    traces.step(
      () => orderBehind(db, { release, deployment, workflow: null }),
      { name: `slack: ${what}` },
      work,
    )
