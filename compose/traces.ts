/** Traces of orders from the button press to the card. */
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
  readonly redact: (text: string) => string
  /** Called when the collector does not accept traces. */
  readonly onTrouble: (error: unknown) => void
}

/** Imported only when tracing is on. */
const parts = () => import('../integrations/traces/open-traces.js')

/** Loads and does nothing when tracing is off. Throws `StartProblem` when its packages are missing. */
export async function openTraces(
  { settings, environment, redact, onTrouble }: TracesNeeds,
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
  return open({ ...settings.traces, redact, onTrouble })
}

/** An environment executes an order soon after it is asked; much later activities have other causes. */
const SOON_MS = 600_000

interface Subject {
  readonly deployment: DeploymentId | null
  readonly release: ReleaseId | null
  /** The workflow that does the work. */
  readonly workflow: string | null
}

/**
 * The order that caused an activity; null: none. For a deployment, the newest order about it; for a deployment without one, the
 * last order about its release.
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

/** Traces what workflows have done: each activity, under the order that caused it. */
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

/** The names in an activity's input: which stage, which run. Never text written by people. */
function plainFacts(given: unknown): Readonly<Record<string, string | number>> {
  const facts = z.object({ stage: z.string(), run: z.number() }).partial().safeParse(given)
  const { stage, run } = facts.data ?? {}
  return {
    ...(stage === undefined ? {} : { 'slipway.stage': stage }),
    ...(run === undefined ? {} : { 'slipway.run': run }),
  }
}

/** Waiting for something else is not an error, and is retried every second. */
const isWaiting = (error: unknown): boolean =>
  error instanceof ApplicationFailure && error.category === ApplicationFailureCategory.BENIGN

/** Traces calls to workflows. */
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

/** Traces what the publisher shows of a release. */
export const followShowing =
  (traces: Traces, db: Kysely<Database>): FollowShowing =>
  (what, { release, deployment }, work) =>
    traces.step(
      () => orderBehind(db, { release, deployment, workflow: null }),
      { name: `slack: ${what}` },
      work,
    )
