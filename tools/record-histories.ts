/**
 * Records what the workflows write into Temporal's histories, from a run on a real server, into `test/histories/`. The
 * test suite replays them (R.7): code that would continue a running release in another way is found before it is
 * deployed. Record anew only while no installation runs the older code; afterwards a change goes behind `patched`.
 */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import proto from '@temporalio/proto'
import { findEnvironment } from '../domain/pipeline.js'
import { anApp } from '../test/support/app-definition.js'
import { ALICE, BOB, CAROL, deploymentId, QUINN, releaseId, sure } from '../test/support/lane.js'
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

const app = anApp()
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

/** To the users: through every gate, with a failure that is retried and a check that is skipped on the way. */
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
    (state) => state.running?.entry.order.releaseId === releaseId(release),
  )
  await stateUntil(
    () => lab.stages.at(-1),
    (stage) => stage === 'integration/patch/1',
  )
  await askAbout(lab, 'integration', 'abort', release * 100)
  await deploymentIs(lab, release, release * 100, 'aborted')
}

async function record(lab: Lab, name: string, workflowId: string): Promise<void> {
  const history = await lab.client.workflow.getHandle(workflowId).fetchHistory()
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

const lab = await openLab()
try {
  await lab.startWorker()
  lab.effects.stage = ({ entry, stage, run }) =>
    exited(entry.order.environment === 'staging' && stage === 'check' && run === 1 ? 1 : 0)
  await releaseAll(lab, 1)
  await releaseAll(lab, 2)
  await rollBack(lab)
  await abortOne(lab, 3)
  await record(lab, 'release-replaced', `release/${app.name}/${releaseId(1)}`)
  await record(lab, 'release-rolled-back', `release/${app.name}/${releaseId(2)}`)
  await record(lab, 'release-aborted', `release/${app.name}/${releaseId(3)}`)
  for (const { name } of app.environments)
    await record(lab, `environment-${name}`, `environment/${app.name}/${name}`)
  await record(lab, 'deployment-failed', `deployment/${deploymentId(101)}/1`)
  await record(lab, 'deployment-retried', `deployment/${deploymentId(101)}/2`)
  await record(lab, 'deployment-aborted', `deployment/${deploymentId(300)}/1`)
} finally {
  await lab.close()
}
