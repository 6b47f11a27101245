import { emptyChange, type StageRecord } from '../../domain/change.js'
import { eventOf, subjectOf } from '../../domain/environment/deployment-events.js'
import type { LaneEntry } from '../../domain/environment/state.js'
import { SLIPWAY } from '../../domain/identifiers.js'
import type { ArtifactVerdict } from '../../domain/image.js'
import type { ArtifactStore, Clock, Images, Secrets, StageRunner } from '../../domain/ports.js'
import { together } from '../../domain/promises.js'
import type { Failure } from '../../domain/reasons.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { judgeExit, type StageReport, type StageRun } from '../../domain/stage.js'
import type { Traces } from '../../domain/traces.js'
import { bounded } from './bounded.js'
import { executeStage, orFailed } from './execute-stage.js'
import { verifyImage } from './images.js'
import type { StageActivities, StageEnd, StageOrderInput } from './index.js'
import { isFinal, withFinalFaults } from './non-retryable.js'
import { stageVariables } from './stage-variables.js'
import type { ForeseeStage, Workspace, Workspaces } from './workspace.js'
import { stageContent, storedDigest } from './workspace-content.js'

export interface StageActivityNeeds {
  readonly workspaces: Pick<Workspaces, 'open' | 'close'>
  readonly artifacts: Pick<ArtifactStore, 'verify'>
  readonly images: Images
  readonly ledger: Pick<ReleaseStore, 'recordStage' | 'begunOn' | 'recordChange' | 'appendLog' | 'readLog'>
  readonly runnerFor: (kind: StageRun['kind']) => StageRunner
  readonly foresee: ForeseeStage
  readonly secrets: Secrets
  readonly clock: Clock
  readonly traces?: Pick<Traces, 'parent'>
  /** This host's id. */
  readonly host: string
}

export function createStageActivities(needs: StageActivityNeeds): StageActivities {
  return { runStage: (input) => withFinalFaults(() => runStage(needs, input)) }
}

/** Why the artifact may not be deployed, null when it may; if it could not be verified, that is reported. */
async function unfit(needs: StageActivityNeeds, { order, attempt }: LaneEntry): Promise<Failure | null> {
  const verdict = await verify(needs, { order, attempt }).catch((error: unknown): ArtifactVerdict => {
    if (!isFinal(error)) throw error
    return { kind: 'unfit', failure: { kind: 'fault', message: error.message } }
  })
  if (verdict.kind === 'unfit') return verdict.failure
  if (verdict.kind === 'intact') return null
  const { words, because } = verdict
  const facts = { ...subjectOf(order), image: order.artifactReference ?? '', words, because }
  const line = { at: needs.clock.now().toISOString(), by: SLIPWAY }
  await needs.ledger.recordChange({
    ...emptyChange(order.app, `${order.id}/unchecked/${attempt.number}`),
    events: [eventOf(order, { kind: 'deployment.image_unchecked', facts, ...line })],
  })
  return null
}

async function verify({ artifacts, images }: StageActivityNeeds, entry: LaneEntry): Promise<ArtifactVerdict> {
  if (entry.order.artifactDigest === null) return { kind: 'intact' }
  const digest = storedDigest(entry.order)
  if (digest === null) return (await verifyImage(images, entry)) ?? { kind: 'intact' }
  const state = await bounded('What was built cannot be looked at', () => artifacts.verify(digest))
  return state === 'intact'
    ? { kind: 'intact' }
    : { kind: 'unfit', failure: { kind: 'artifact', state, digest } }
}

async function runStage(needs: StageActivityNeeds, input: StageOrderInput): Promise<StageEnd> {
  const { order } = input.entry
  const key = `${input.work ?? order.id}/${input.stage}/${input.run}`
  const begunOn = await needs.ledger.begunOn(key)
  if (begunOn !== null && begunOn !== needs.host) return { elsewhere: begunOn }
  // An earlier attempt that began the stage found the artifact intact.
  const fault = input.verify && begunOn === null ? await unfit(needs, input.entry) : null
  if (fault) return { unfit: fault }
  const begun = running(input, key, { at: needs.clock.now().toISOString(), host: needs.host })
  const { run } = input.definition
  const report = await orFailed(needs.ledger, begun, async () => {
    if (begunOn === null) needs.runnerFor(run.kind).foresee?.({ app: order.app, run })
    const opening = needs.workspaces.open(key, stageContent(order, run))
    const [place] = await together([opening, needs.ledger.recordStage(begun)])
    return execute(needs, input, key, place)
  })
  const { next } = input
  if (next && judgeExit(input.stage, report.exit) === 'passed')
    needs.foresee({ app: order.app, run: next }, stageContent(order, next))
  await needs.ledger.recordStage(ended(input, begun, report))
  await needs.workspaces.close(key)
  return { report }
}

function execute(
  needs: StageActivityNeeds,
  input: StageOrderInput,
  key: string,
  { artifact, ...files }: Workspace,
): Promise<StageReport> {
  const place = { key, workspace: files.workspace, artifactDir: artifact }
  const { variables, redact } = stageVariables(input, place, needs.secrets)
  const { run, timeoutMs } = input.definition
  const { app } = input.entry.order
  return executeStage(needs, {
    ...{ key, app, stage: input.stage, run, timeoutMs },
    ...{ ...files, artifact, variables, redact },
  })
}

function running(
  input: StageOrderInput,
  key: string,
  { at, host }: { readonly at: string; readonly host: string },
): StageRecord {
  const { order, attempt } = input.entry
  return {
    key,
    app: order.app,
    environment: order.environment,
    deploymentId: input.work == null ? order.id : null,
    attempt: attempt.number,
    stage: input.stage,
    run: input.run,
    host,
    verdict: null,
    exitCode: null,
    tail: '',
    startedAt: at,
    finishedAt: null,
  }
}

function ended(input: StageOrderInput, begun: StageRecord, report: StageReport): StageRecord {
  return {
    ...begun,
    startedAt: report.startedAt,
    verdict: judgeExit(input.stage, report.exit),
    exitCode: report.exit.kind === 'exited' ? report.exit.code : null,
    tail: report.tail,
    finishedAt: report.finishedAt,
  }
}
