import { type BuildFailure, type FailedTest, readFailure } from '../../domain/build-failure.js'
import type { StageRecord } from '../../domain/change.js'
import type { ArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactStore, Clock, Images, Secrets, StageRunner } from '../../domain/ports.js'
import { together } from '../../domain/promises.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { checkoutOf, judgeExit, type StageReport, type StageRun } from '../../domain/stage.js'
import type { Traces } from '../../domain/traces.js'
import { bounded } from './bounded.js'
import { executeStage, orFailed } from './execute-stage.js'
import { meanwhile } from './heartbeat.js'
import { nameOf } from './images.js'
import type { BuildActivities, BuildOrder, BuildResult } from './index.js'
import { withFinalFaults } from './non-retryable.js'
import { buildVariables } from './stage-variables.js'
import { stillWaiting } from './still-waiting.js'
import type { Workspaces } from './workspace.js'
import { buildContent } from './workspace-content.js'

export interface BuildActivityNeeds {
  readonly workspaces: Pick<Workspaces, 'open' | 'close'>
  readonly artifacts: Pick<ArtifactStore, 'put'>
  readonly images: Images
  readonly ledger: Pick<
    ReleaseStore,
    'claimBuild' | 'keepBuild' | 'finishBuild' | 'recordStage' | 'appendLog' | 'readLog'
  >
  readonly runnerFor: (kind: StageRun['kind']) => StageRunner
  readonly secrets: Secrets
  readonly clock: Clock
  readonly traces?: Pick<Traces, 'parent'>
  /** This host's id. */
  readonly host: string
  /** The failed tests of a JUnit report at a path in the checkout; null when there is none. */
  readonly readTests: (folder: string, path: string) => Promise<readonly FailedTest[] | null>
}

/** How often a build that someone else runs is polled. */
const LOOK_AGAIN_MS = 1_000
/** How often a running build is marked as alive: well below the silence after which another owner takes it over. */
const KEEP_MS = 30_000

export function createBuildActivities(needs: BuildActivityNeeds): BuildActivities {
  return { build: (order) => withFinalFaults(() => build(needs, order)) }
}

async function build(needs: BuildActivityNeeds, order: BuildOrder): Promise<BuildResult> {
  const key = { app: order.app, commit: order.commit, definition: order.build.hash }
  for (let failed = 0; ; ) {
    const claim = await needs.ledger.claimBuild(
      key,
      { owner: order.owner, host: needs.host },
      needs.clock.now().toISOString(),
    )
    if (claim.kind === 'succeeded') return { kind: 'built', digest: claim.digest, reference: claim.reference }
    if (claim.kind === 'running') throw builtElsewhere()
    // If one fails, the next makes up for it.
    const keep = () => void Promise.allSettled([needs.ledger.keepBuild(claim)])
    const end = await meanwhile(() => runBuild(needs, order, claim), KEEP_MS, keep)
    if (end !== 'again') return end
    if (failed++ >= order.build.stage.retries)
      return {
        kind: 'failed',
        failure: { kind: 'kept-failing', stage: 'build', runs: claim.run, timedOutMs: null },
      }
  }
}

const builtElsewhere = () => stillWaiting('BuiltElsewhere', 'Somebody else builds this commit', LOOK_AGAIN_MS)

async function runBuild(
  needs: BuildActivityNeeds,
  order: BuildOrder,
  claim: { readonly id: string; readonly run: number },
): Promise<BuildResult | 'again'> {
  const key = `${claim.id}/build/${claim.run}`
  const at = needs.clock.now().toISOString()
  const begun = running(order, key, { run: claim.run, host: needs.host, at })
  const result = await orFailed(
    needs.ledger,
    begun,
    () => buildIn(needs, order, { begun, claim }),
    // Those who wait for this build must not wait forever.
    async (tail) => {
      const end = { kind: 'failed', tail, tests: [] } as const
      const counts = await needs.ledger.finishBuild(claim, end, needs.clock.now().toISOString())
      // Another attempt ended this run and took over its files: that attempt's result is the build's.
      if (!counts) throw builtElsewhere()
    },
  )
  await needs.workspaces.close(key)
  return result
}

async function buildIn(
  needs: BuildActivityNeeds,
  order: BuildOrder,
  {
    begun,
    claim,
  }: { readonly begun: StageRecord; readonly claim: { readonly id: string; readonly run: number } },
): Promise<BuildResult | 'again'> {
  const { key } = begun
  const { run, timeoutMs } = order.build.stage
  // A build that runs elsewhere may still include files of the commit in its artifact.
  const kind = run.kind !== 'shell' && order.build.artifacts.length > 0 ? 'shared' : checkoutOf(run)
  needs.runnerFor(run.kind).foresee?.({ app: order.app, run })
  const opening = needs.workspaces.open(key, buildContent(order, kind))
  const [{ artifact: _, ...files }] = await together([opening, needs.ledger.recordStage(begun)])
  const source = files.workspace
  const place = { key, workspace: source, run: claim.run }
  const { variables, redact } = buildVariables(order, place, needs.secrets)
  const report = await executeStage(needs, {
    ...{ key, app: order.app, stage: 'build', run, timeoutMs },
    ...{ ...files, artifact: null, variables, redact },
  })
  const made = await whatIsMade(needs, order, { report, source })
  // After a crash the finished build is found by its own record, so its stage must be recorded before.
  await needs.ledger.recordStage(ended(order, key, { run: claim.run, host: needs.host, report }))
  return conclude(needs, { key, report, source, claim, redact, made })
}

type Made = Awaited<ReturnType<typeof nameOf>> | { readonly digest: ArtifactDigest; readonly reference: null }

/** Stores the result, or looks up the name that the command gave it; null when the command failed. */
async function whatIsMade(
  needs: BuildActivityNeeds,
  order: BuildOrder,
  { report, source }: { readonly report: StageReport; readonly source: string },
): Promise<Made | null> {
  if (judgeExit('build', report.exit) !== 'passed') return null
  const named = report.outputs['artifact'] ?? null
  return named === null
    ? { digest: await stored(needs, order, source), reference: null }
    : nameOf(needs.images, named)
}

/** A build has only succeeded once the digest of the stored bytes is recorded (S5.4). */
async function conclude(
  needs: BuildActivityNeeds,
  end: {
    readonly key: string
    readonly report: StageReport
    readonly source: string
    readonly claim: { readonly id: string; readonly run: number }
    readonly redact: readonly string[]
    readonly made: Made | null
  },
): Promise<BuildResult | 'again'> {
  const at = needs.clock.now().toISOString()
  const { made } = end
  if (made === null || 'failure' in made) {
    const { tests, excerpt } = await whatFailed(needs, end)
    await needs.ledger.finishBuild(end.claim, { kind: 'failed', tail: excerpt, tests }, at)
    if (made !== null) return { kind: 'failed', failure: made.failure }
    const { exit } = end.report
    const again = judgeExit('build', exit) === 'retry'
    return again ? 'again' : { kind: 'failed', failure: { kind: 'exit', stage: 'build', exit } }
  }
  // It was taken over in the meantime: a commit has one build, which now belongs to the other owner.
  if (!(await needs.ledger.finishBuild(end.claim, { kind: 'succeeded', ...made }, at))) throw builtElsewhere()
  return { kind: 'built', ...made }
}

function stored(needs: BuildActivityNeeds, order: BuildOrder, source: string): Promise<ArtifactDigest> {
  return bounded('What was built cannot be stored', () => needs.artifacts.put(source, order.build.artifacts))
}

/** The log is redacted already; the test report is not. */
async function whatFailed(
  { ledger, readTests, secrets }: BuildActivityNeeds,
  { key, report, source, redact }: Parameters<typeof conclude>[1],
): Promise<BuildFailure> {
  const path = report.outputs['junit']
  const tests = path === undefined ? null : await readTests(source, path)
  const clean = (text: string): string => secrets.redact(text, redact)
  const log = await ledger.readLog(key)
  return readFailure(
    log.trim() === '' ? report.tail : log,
    tests && tests.map(({ name, message }) => ({ name: clean(name), message: clean(message) })),
  )
}

function running(
  order: BuildOrder,
  key: string,
  now: { readonly run: number; readonly host: string; readonly at: string },
): StageRecord {
  return {
    key,
    app: order.app,
    environment: null,
    deploymentId: null,
    attempt: 1,
    stage: 'build',
    run: now.run,
    host: now.host,
    verdict: null,
    exitCode: null,
    tail: '',
    startedAt: now.at,
    finishedAt: null,
  }
}

function ended(
  order: BuildOrder,
  key: string,
  { report, ...where }: { readonly run: number; readonly host: string; readonly report: StageReport },
): StageRecord {
  return {
    ...running(order, key, { ...where, at: report.startedAt }),
    verdict: judgeExit('build', report.exit),
    exitCode: report.exit.kind === 'exited' ? report.exit.code : null,
    tail: report.tail,
    finishedAt: report.finishedAt,
  }
}
