/** Workers of two builds with names, on the whole stack. */
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { followNamedBuilds } from '../../compose/named-builds.js'
import { buildsOf } from '../../workflows/gateway-builds.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'
import { workflowBundle } from '../support/workflow-bundle.js'

let stack: Stack
let drive: Drive
const named = (build: string) => ({ SLIPWAY_BUILD_ID: build })
const worker = (name: string, build: string): Promise<void> => stack.start(name, 'worker', named(build))
const hasTheWorkflows = (name: string): Promise<unknown> =>
  until(`${name} to have the workflows`, () =>
    /This build has the workflows now/.test(stack.processes.get(name)?.tail() ?? ''),
  )

beforeAll(async () => {
  stack = await startStack({ processes: 'none', configure: withoutPushes })
  await stack.start('bot', 'bot')
  drive = driveOf(stack)
})
afterAll(() => stack?.close())

test('[D.9] a release goes on under the next build while what runs ends under the one before, and nobody falls between them', async () => {
  await worker('one', 'one')
  await hasTheWorkflows('one')
  const idle = await drive.cut('Idle')
  await drive.reaches(idle, 'integration', 'accepted')
  const commit = await drive.commit({ patchSeconds: 15 })
  const running = await drive.cut('Running')
  await drive.sees(commit, 'integration', 'patch:started')

  await worker('two', 'two')
  await hasTheWorkflows('two')
  await drive.promote(idle, 'staging')
  await drive.reaches(idle, 'staging', 'awaiting_acceptance')
  await drive.reaches(running, 'integration', 'accepted')
  await stack.processes.get('one')?.stop()
  await drive.accept(idle)
  expect((await drive.done(commit)).filter((line) => line.endsWith('patch:started'))).toHaveLength(1)

  // A replaced build restarts, and takes nothing back.
  await worker('one', 'one')
  await drive.promote(running, 'staging')
  await drive.reaches(running, 'staging', 'awaiting_acceptance')
  expect(stack.processes.get('one')?.tail()).not.toMatch(/This build has the workflows now/)
})

/** Does what a build's worker does, but after one second instead of two minutes. */
async function lookHastily(own: string): Promise<void> {
  const connection = await Connection.connect({ address: stack.variables['TEMPORAL_ADDRESS'] ?? '' })
  const following = followNamedBuilds({
    builds: buildsOf(new Client({ connection }), { queuePrefix: '', own }),
    bundle: await workflowBundle(),
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    beforeTurn: async () => undefined,
    ...{ lookEveryMs: 200, silentAfterMs: 1_000 },
  })
  onTestFinished(async () => {
    await following.stop()
    await connection.close()
  })
}

test('[D.9] a build is killed while its attempt runs: the next one goes on with it, with the command that runs, and says so', async () => {
  // Longer than a slow machine takes to start the next worker.
  const commit = await drive.commit({ patchSeconds: 40 })
  const version = await drive.cut('Killed')
  await drive.sees(commit, 'integration', 'patch:started')
  await worker('three', 'three')
  await hasTheWorkflows('three')
  await stack.kill('two')
  await lookHastily('three')

  const { id } = await drive.reaches(version, 'integration', 'accepted')
  expect(await drive.done(commit)).toEqual([
    `${id}/patch/1 patch:started`,
    `${id}/patch/1 install`,
    `${id}/check/1 check:started`,
  ])
  const told = /began under Slipway two, which no worker runs any more; Slipway three goes on with it/
  await until('the line about it', async () =>
    (await drive.shop.thread(version)).some((line) => told.test(line)),
  )
})

/** The output of a worker that ends at its start. */
async function refusal(variables: Readonly<Record<string, string>>): Promise<string> {
  await stack.start('refused', 'worker', variables)
  const process = stack.processes.get('refused')
  await process?.ended
  return process?.tail() ?? ''
}

test('a worker that would get no workflow, or whose build has no proper name, does not start and says why', async () => {
  expect(await refusal({})).toMatch(
    /The workflows belong to the build three, and SLIPWAY_BUILD_ID is not set.* → set it; or, .*--deployment-name slipway --unversioned/,
  )
  for (const [name, says] of [
    ['', 'is empty'],
    ['two words', 'is no name of a build'],
    ['b'.repeat(101), 'is no name of a build'],
  ] as const)
    expect(await refusal(named(name))).toContain(`SLIPWAY_BUILD_ID: ${says} → use 1`)
})
