/** Environments and releases on a server that skips time, with stages that a test holds in its hands. */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { DefaultLogger, Runtime, Worker } from '@temporalio/worker'
import type { Change } from '../../domain/change.js'
import { parseArtifactDigest, parseCommitSha } from '../../domain/identifiers.js'
import type { StageOrderInput } from '../../workflows/activities/index.js'
import { createGateway, type Gateway } from '../../workflows/gateway.js'

export interface SkippedEnvironment {
  readonly gateway: Gateway
  /** Every change the workflows recorded, oldest first. */
  readonly changes: readonly Change[]
  /** The stages that ran, e.g. `pr-1 setup`, oldest first. */
  readonly stages: readonly string[]
  now(): Promise<string>
  sleep(duration: string): Promise<void>
  close(): Promise<void>
}

Runtime.install({ logger: new DefaultLogger('ERROR') })

const COMMIT = '1'.repeat(40)

/** `beforeStage` runs inside each stage: what it waits for, the stage takes. */
export async function startSkipped(
  executable: string,
  beforeStage: (stage: string) => Promise<void> = () => Promise.resolve(),
): Promise<SkippedEnvironment> {
  const env = await TestWorkflowEnvironment.createTimeSkipping({
    server: { executable: { type: 'existing-path', path: executable } },
  })
  const gateway = createGateway(env.client)
  const changes: Change[] = []
  const stages: string[] = []
  const chooseHost = async (): Promise<string> => 'h'
  const ran = async ({ entry, stage }: StageOrderInput): Promise<unknown> => {
    const name = `${entry.order.environment} ${stage}`
    stages.push(name)
    await beforeStage(name)
    const at = new Date(await env.currentTimeMs()).toISOString()
    const exit = { kind: 'exited', code: 0 }
    return { kind: 'reported', report: { exit, outputs: {}, tail: '', startedAt: at, finishedAt: at } }
  }
  const main = {
    recordChange: async (change: Change) => void changes.push(change),
    startDeployment: async () => ({ kind: 'started', linked: false }),
    inspect: async () => ({ templateHash: 't', variablesHash: 'v' }),
    inspectEnvironment: async () => ({ templateHash: 't', variablesHash: 'v' }),
    resolveOrigin: async () => ({
      kind: 'resolved',
      origin: { commit: parseCommitSha(COMMIT), branch: 'x' },
    }),
    branchHead: async () => COMMIT,
    claimPlace: ({ app, claim }: { app: never; claim: never }) => gateway.claimPlace(app, claim),
    resolveCut: async ({ ref }: { ref: string }) => ({
      kind: 'resolved',
      commit: { sha: ref, subject: 'A change', author: 'Alice', email: 'alice@example.com', at: '' },
      commits: { since: null, total: 1, authors: 1, newest: [] },
      authors: [],
      overrode: [],
    }),
    createRelease: async ({ version }: { version: string }) => ({ kind: 'created', version }),
    pushTag: async () => ({ takenBy: null }),
    enqueueDeployment: ({ app, deployment }: { app: never; deployment: never }) =>
      gateway.enqueue(app, deployment),
  }
  const digest = parseArtifactDigest(`sha256:${'2'.repeat(64)}`)
  const queues: Readonly<Record<string, object>> = {
    stages: { chooseHost },
    builds: { chooseHost },
    'stages/h': { runStage: ran, verifyArtifact: async () => 'intact' },
    'builds/h': { build: async () => ({ kind: 'built', digest, reference: null }) },
  }
  const connection = env.nativeConnection
  const workers = await Promise.all([
    Worker.create({
      connection,
      taskQueue: 'slipway',
      workflowsPath: new URL('../../workflows/index.ts', import.meta.url).pathname,
      activities: main,
    }),
    ...Object.entries(queues).map(([taskQueue, activities]) =>
      Worker.create({ connection, taskQueue, activities }),
    ),
  ])
  const running = Promise.all(workers.map((worker) => worker.run()))
  return {
    gateway,
    changes,
    stages,
    now: async () => new Date(await env.currentTimeMs()).toISOString(),
    sleep: (duration) => env.sleep(duration as never),
    close: async () => {
      for (const worker of workers) worker.shutdown()
      await running
      await env.teardown()
    },
  }
}
