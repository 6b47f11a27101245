/**
 * Records Temporal histories of the workflows, from a run on a real server, into `test/histories/`. The
 * test suite replays them (R.7): code that would continue a running release differently is found before it is
 * deployed. Record again only while no installation runs the older code; afterwards a change needs `patched`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import proto from '@temporalio/proto'
import { SLIPWAY } from '../domain/identifiers.js'
import { findEnvironment } from '../domain/pipeline.js'
import type { TrainState } from '../domain/train/state.js'
import { demoAuthors } from '../local/demo-history.js'
import { anApp } from '../test/support/app-definition.js'
import { alice } from '../test/support/channel.js'
import { driveOf } from '../test/support/drive.js'
import {
  ALICE,
  BOB,
  by,
  CAROL,
  commitOf,
  deploymentId,
  QUINN,
  releaseId,
  sure,
} from '../test/support/lane.js'
import { startStack } from '../test/support/stack.js'
import { weekly } from '../test/support/train.js'
import { stateUntil } from '../test/support/until.js'
import {
  environmentUntil,
  exited,
  type Lab,
  openLab,
  releaseUntil,
  runUntilCancelled,
} from '../test/support/workflow-lab.js'
import { cut, cutAndAccept, decide, newKey, promote } from '../test/workflows/lab-orders.js'
import { pullWorkflowId } from '../workflows/workflow-ids.js'

const app = anApp()
const DAY_MS = 86_400_000
const place = (name: string) => sure(findEnvironment(app, name)).name
const now = () => new Date().toISOString()

const askAbout = (lab: Lab, environment: string, verb: 'retry' | 'abort' | 'skip', deployment: number) =>
  lab.gateway.askEnvironment({ app, environment: place(environment) }, verb, {
    order: { deploymentId: deploymentId(deployment), by: ALICE, at: now() },
    key: newKey(),
  })

const deploymentIs = (lab: Lab, release: number, deployment: number, wanted: string) =>
  releaseUntil(lab, { app, number: release }, (state) =>
    state.deployments.some((one) => one.id === deploymentId(deployment) && one.state === wanted),
  )

/** Up to released: through every gate, with a failure that is retried and a check that is skipped on the way. */
async function releaseAll(lab: Lab, release: number): Promise<void> {
  const [staging, production] = [release * 100 + 1, release * 100 + 2]
  await cutAndAccept(lab, app, release)
  await promote(lab, app, { release, environment: 'staging', deployment: staging })
  await deploymentIs(lab, release, staging, 'failed')
  await askAbout(lab, 'staging', 'retry', staging)
  await deploymentIs(lab, release, staging, 'awaiting_acceptance')
  await decide(lab, app, 'accept', { release, deployment: staging, user: QUINN })
  await promote(lab, app, { release, environment: 'production', deployment: production })
  for (const user of [ALICE, BOB, CAROL])
    await decide(lab, app, 'approve', { release, deployment: production, user })
  await deploymentIs(lab, release, production, 'awaiting_acceptance')
  await decide(lab, app, 'accept', { release, deployment: production, user: ALICE })
  await releaseUntil(lab, { app, number: release }, (state) => state.lifecycle === 'released')
}

async function rollBack(lab: Lab): Promise<void> {
  const order = {
    deploymentId: deploymentId(900),
    to: null,
    reason: 'errors',
    failure: null,
    by: ALICE,
    at: now(),
  }
  const production = place('production')
  await lab.gateway.askEnvironment({ app, environment: production }, 'rollback', { order, key: newKey() })
  await environmentUntil(
    lab,
    { app, name: production },
    ({ current }) => current?.order.kind === 'rollback' && current.acceptance === 'accepted',
  )
}

async function abortOne(lab: Lab, release: number): Promise<void> {
  lab.effects.stage = ({ stage }) => (stage === 'patch' ? runUntilCancelled(0) : exited(0))
  await cut(lab, app, release)
  await stateUntil(
    () => lab.gateway.readEnvironment(app.name, place('integration')),
    (state) => state?.running?.entry.order.candidate?.releaseId === releaseId(release),
  )
  await stateUntil(
    () => lab.stages.at(-1),
    (stage) => stage === 'integration/patch/1',
  )
  await askAbout(lab, 'integration', 'abort', release * 100)
  await deploymentIs(lab, release, release * 100, 'aborted')
}

/** Announced, held, resumed, and left early. */
async function runTrain(lab: Lab, release: number): Promise<void> {
  await lab.configureTrain({ ...app, train: { ...weekly, announceMs: 7 * DAY_MS } })
  const train = (holds: (state: TrainState | null) => boolean) =>
    stateUntil(() => lab.gateway.findTrain(app.name), holds)
  await train((state) => state?.trips.length === 1)
  const ids = { release: releaseId(release), deployment: deploymentId(release * 100) }
  for (const verb of ['hold', 'resume', 'leave'] as const)
    await lab.gateway.askTrain(app.name, verb, {
      order: { departs: null, reason: null, ids, by: by(ALICE, now()) },
      key: newKey(),
    })
  await train((state) => state?.trips[0]?.end?.kind === 'left')
}

/** The head of a fork: asked about, and built after a person allowed it. */
async function buildPull(lab: Lab): Promise<string> {
  const order = {
    app,
    number: 17,
    commit: commitOf(17),
    title: 'Sort',
    author: 'mallory',
    fork: 'mallory/shop',
  }
  await lab.gateway.buildPull({ ...order, by: SLIPWAY }, newKey())
  await lab.gateway.buildPull({ ...order, by: ALICE }, newKey())
  return pullWorkflowId(app.name, order.number, order.commit)
}

async function record(client: Client, name: string, workflowId: string): Promise<void> {
  const history = await client.workflow.getHandle(workflowId).fetchHistory()
  const folder = join(import.meta.dirname, '../test/histories')
  mkdirSync(folder, { recursive: true })
  const { History } = proto.temporal.api.history.v1
  const bytes = History.encode(history).finish()
  const file = {
    workflowId,
    events: history.events?.length ?? 0,
    history: Buffer.from(bytes).toString('base64'),
  }
  writeFileSync(join(folder, `${name}.json`), `${JSON.stringify(file)}\n`)
}

/** With activities that fail and hang where told to. */
async function recordLab(): Promise<void> {
  const lab = await openLab()
  try {
    await lab.startWorker()
    lab.effects.stage = ({ entry, stage, run }) =>
      exited(entry.order.environment === 'staging' && stage === 'check' && run === 1 ? 1 : 0)
    await releaseAll(lab, 1)
    await releaseAll(lab, 2)
    await rollBack(lab)
    await abortOne(lab, 3)
    lab.effects.stage = () => exited(0)
    await runTrain(lab, 4)
    const pull = await buildPull(lab)
    const { client } = lab
    await client.workflow.getHandle(pull).result()
    await record(client, 'pull-built', pull)
    await record(client, 'train-left', `train/${app.name}`)
    await record(client, 'release-replaced', `release/${app.name}/${releaseId(1)}`)
    await record(client, 'release-rolled-back', `release/${app.name}/${releaseId(2)}`)
    await record(client, 'release-aborted', `release/${app.name}/${releaseId(3)}`)
    for (const { name } of app.environments)
      await record(client, `environment-${name}`, `environment/${app.name}/${name}`)
    await record(client, 'deployment-failed', `deployment/${deploymentId(101)}/1`)
    await record(client, 'deployment-retried', `deployment/${deploymentId(101)}/2`)
    await record(client, 'deployment-aborted', `deployment/${deploymentId(300)}/1`)
  } finally {
    await lab.close()
  }
}

/** Short runs: workflows that continued as new more than once. */
async function recordContinued(): Promise<void> {
  const lab = await openLab({ histories: 100 })
  try {
    await lab.startWorker()
    for (let release = 1; release <= 6; release++) await cutAndAccept(lab, app, release)
    await record(lab.client, 'environment-continued', `environment/${app.name}/integration`)
  } finally {
    await lab.close()
  }
}

/** Starting from git: pushes, previews, drafts and picks, on all of Slipway. */
async function recordStack(): Promise<void> {
  const stack = await startStack()
  const connection = await Connection.connect({ address: stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '' })
  try {
    const drive = driveOf(stack)
    const { shop, api } = drive
    const { repository } = stack.embedded.demo
    const commit = (text: string, branch?: string): Promise<string> =>
      repository.commit({
        message: text,
        author: demoAuthors.bob,
        files: { 'notes.txt': `${text}\n` },
        ...(branch === undefined ? {} : { branch }),
      })
    await commit('one')
    const picked = await drive.cut('Picked onto')
    await drive.reaches(picked, 'integration', 'accepted')
    await commit('two')
    const third = await commit('three')
    await shop.ask(alice, `cherry-pick ${third} onto ${picked}`, /conflict/)
    await shop.press(alice, /Skip this commit/)
    await shop.answer(alice, /Skipped/)
    await shop.ask(alice, 'draft shop "Planned"', /[Dd]raft/)
    await shop.ask(alice, 'cut "Planned"', /Cut `/)
    await commit('four', 'feature')
    await shop.ask(alice, 'env create pr-1 from feature', /preview of feature/)
    await stateUntil(
      async () => (await api.environment('pr-1')).state,
      (state) => state === 'ready',
    )
    await shop.ask(alice, 'env teardown pr-1 --yes', /./)
    await stateUntil(
      async () => (await api.environments()).some(({ name, state }) => name === 'pr-1' && state === 'ready'),
      (alive) => !alive,
    )
    const client = new Client({ connection })
    const idOf = async (title: string): Promise<string> => {
      const found = (await api.releases()).find((one) => one.title === title)
      return `release/shop/${sure(found).id}`
    }
    await record(client, 'delivery-main', 'delivery/shop/main')
    await record(client, 'previews-one', 'previews/shop')
    await record(client, 'environment-preview', 'environment/shop/pr-1')
    await record(client, 'release-picked', await idOf('Picked onto'))
    await record(client, 'release-drafted', await idOf('Planned'))
  } finally {
    await connection.close()
    await stack.close()
  }
}

await recordLab()
await recordContinued()
await recordStack()
