import { type BuildFailure, type FailedTest, readFailure } from '../../domain/build-failure.js'
import type { StageRecord } from '../../domain/change.js'
import type { Checkouts } from '../../domain/checkouts.js'
import type { ArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactStore, Clock, Images, Secrets, StageRunner } from '../../domain/ports.js'
import type { ReleaseStore } from '../../domain/release-store.js'
import { checkoutOf, judgeExit, type StageReport, type StageRun } from '../../domain/stage.js'
import type { Traces } from '../../domain/traces.js'
import { executeStage, orFailed } from './execute-stage.js'
import { meanwhile } from './heartbeat.js'
import { nameOf } from './images.js'
import type { BuildActivities, BuildOrder, BuildResult } from './index.js'
import { withFinalFaults } from './non-retryable.js'
import { buildVariables } from './stage-variables.js'
import { stillWaiting } from './still-waiting.js'
import { bounded, closeWorkspace, openWorkspace } from './workspace.js'

export interface BuildActivityNeeds {
  readonly checkouts: Checkouts
  readonly artifacts: Pick<ArtifactStore, 'put' | 'unpack'>
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
  readonly folder: string
  /** The failed tests of a JUnit report at a path of the checkout; null when there is none. */
  readonly readTests: (folder: string, path: string) => Promise<readonly FailedTest[] | null>
}

/** How often a build that somebody else runs is looked at. */
const LOOK_AGAIN_MS = 1_000
/** How often a build says that it goes on: well below the silence after which another runs it. */
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
    // One that cannot be said is made up for by the next.
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
  const begun = running(order, key, { run: claim.run, at: needs.clock.now().toISOString() })
  await needs.ledger.recordStage(begun)
  const result = await orFailed(
    needs.ledger,
    begun,
    () => buildIn(needs, order, { key, claim }),
    // Whoever waits for this build must not wait for ever.
    async (tail) => {
      const end = { kind: 'failed', tail, tests: [] } as const
      await needs.ledger.finishBuild(claim, end, needs.clock.now().toISOString())
    },
  )
  await closeWorkspace(needs, key)
  return result
}

async function buildIn(
  needs: BuildActivityNeeds,
  order: BuildOrder,
  { key, claim }: { readonly key: string; readonly claim: { readonly id: string; readonly run: number } },
): Promise<BuildResult | 'again'> {
  const { repository, commit } = order
  const { run, timeoutMs } = order.build.stage
  // What is built elsewhere may still take files of the commit along in its artifact.
  const kind = run.kind !== 'shell' && order.build.artifacts.length > 0 ? 'shared' : checkoutOf(run)
  const content = { repository, commit, digest: null, kind, readLater: true }
  const { artifact: _, ...files } = await openWorkspace(needs, key, content)
  const source = files.workspace
  const place = { key, workspace: source, run: claim.run }
  const { variables, redact } = buildVariables(order, place, needs.secrets)
  const report = await executeStage(needs, {
    ...{ key, app: order.app, stage: 'build', run, timeoutMs },
    ...{ ...files, artifact: null, variables, redact },
  })
  const result = await conclude(needs, order, { key, report, source, claim, redact })
  await needs.ledger.recordStage(ended(order, key, { run: claim.run, report }))
  return result
}

/** Stores the artifact first: a build has succeeded only once its digest is recorded (S5.4). */
async function conclude(
  needs: BuildActivityNeeds,
  order: BuildOrder,
  end: {
    readonly key: string
    readonly report: StageReport
    readonly source: string
    readonly claim: { readonly id: string; readonly run: number }
    readonly redact: readonly string[]
  },
): Promise<BuildResult | 'again'> {
  const at = needs.clock.now().toISOString()
  const verdict = judgeExit('build', end.report.exit)
  if (verdict !== 'passed') {
    const { tests, excerpt } = await whatFailed(needs, end)
    await needs.ledger.finishBuild(end.claim, { kind: 'failed', tail: excerpt, tests }, at)
    const { exit } = end.report
    return verdict === 'retry' ? 'again' : { kind: 'failed', failure: { kind: 'exit', stage: 'build', exit } }
  }
  const named = end.report.outputs['artifact'] ?? null
  const made =
    named === null
      ? { digest: await stored(needs, order, end.source), reference: null }
      : await nameOf(needs.images, named)
  if ('failure' in made) {
    const { tests, excerpt } = await whatFailed(needs, end)
    await needs.ledger.finishBuild(end.claim, { kind: 'failed', tail: excerpt, tests }, at)
    return { kind: 'failed', failure: made.failure }
  }
  // Taken over meanwhile: a commit has one build, which is then another's.
  if (!(await needs.ledger.finishBuild(end.claim, { kind: 'succeeded', ...made }, at))) throw builtElsewhere()
  return { kind: 'built', ...made }
}

function stored(needs: BuildActivityNeeds, order: BuildOrder, source: string): Promise<ArtifactDigest> {
  return bounded('What was built cannot be stored', () => needs.artifacts.put(source, order.build.artifacts))
}

/** The log is redacted already; the report of its tests is not. */
async function whatFailed(
  { ledger, readTests, secrets }: BuildActivityNeeds,
  { key, report, source, redact }: Parameters<typeof conclude>[2],
): Promise<BuildFailure> {
  const path = report.outputs['junit']
  const tests = path === undefined ? null : await readTests(source, path)
  const blank = (text: string): string => secrets.blank(text, redact)
  const log = await ledger.readLog(key)
  return readFailure(
    log.trim() === '' ? report.tail : log,
    tests && tests.map(({ name, message }) => ({ name: blank(name), message: blank(message) })),
  )
}

function running(
  order: BuildOrder,
  key: string,
  now: { readonly run: number; readonly at: string },
): StageRecord {
  return {
    key,
    app: order.app,
    environment: null,
    deploymentId: null,
    attempt: 1,
    stage: 'build',
    run: now.run,
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
  { run, report }: { readonly run: number; readonly report: StageReport },
): StageRecord {
  return {
    ...running(order, key, { run, at: report.startedAt }),
    verdict: judgeExit('build', report.exit),
    exitCode: report.exit.kind === 'exited' ? report.exit.code : null,
    tail: report.tail,
    finishedAt: report.finishedAt,
  }
}
