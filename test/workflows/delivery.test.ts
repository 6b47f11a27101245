/** A push from its announcement to the environment that follows the branch. */
import { expect, onTestFinished, test } from 'vitest'
import type { DeliveryState, Look } from '../../domain/delivery/state.js'
import { anApp } from '../support/app-definition.js'
import { commitOf, digestOf } from '../support/lane.js'
import { until } from '../support/until.js'
import { openLab } from '../support/workflow-lab.js'

const app = anApp()
const found: Extract<Look, { kind: 'found' }> = {
  ...{ kind: 'found', commit: commitOf(1), subject: 'A change', author: 'Alice', authors: [] },
  ...{ skip: false, total: 1, touches: true, more: false },
}

test('a push is built while it is recorded, handed on only after its ids are, and handled only a while after that', async () => {
  const lab = await openLab()
  onTestFinished(() => lab.close())
  const { effects, changes, client, gateway } = lab
  const workflowId = `delivery/${app.name}/main`
  let mayRecord = false
  effects.look = async () => found
  effects.build = async () => ({ kind: 'built', digest: digestOf(1), reference: null })
  effects.record = async ({ workflow, events }) => {
    if (workflow?.id === workflowId && events.some(({ kind }) => kind === 'push.taken'))
      await until('the ids to be recorded', () => mayRecord)
  }
  await lab.startWorker()
  const at = new Date().toISOString()
  await gateway.push(app, 'main', { key: 'poll/1', commit: found.commit, at, via: 'poll' })

  await until('the build to be known to have ended', async () => {
    const { events } = await client.workflow.getHandle(workflowId).fetchHistory()
    const all = events ?? []
    const scheduled = all.find(
      (one) => one.activityTaskScheduledEventAttributes?.activityType?.name === 'build',
    )
    const ended = all.findIndex(({ activityTaskCompletedEventAttributes: end }) =>
      end?.scheduledEventId?.eq(scheduled?.eventId ?? 0),
    )
    return ended >= 0 && all.slice(ended).some((one) => one.workflowTaskCompletedEventAttributes)
  })
  const told = () => changes.flatMap(({ events }) => events.map(({ kind }) => kind))
  expect(told()).toEqual([])

  mayRecord = true
  await until('its deployment', () => changes.some(({ newDeployments }) => newDeployments.length > 0))
  expect(told().slice(0, 2)).toEqual(['push.taken', 'push.built'])
  const recorded = () =>
    changes.flatMap(({ workflow }) =>
      workflow?.id === workflowId ? [workflow.state] : [],
    ) as DeliveryState[]
  const handled = await until('the push to be handled', () => recorded()[3])
  // Until then a workflow that continues from its record hands the same deployment on again.
  const { deployments } = recorded()[2]?.delivering ?? {}
  expect(Object.values(deployments ?? {})).toEqual(
    changes.flatMap(({ newDeployments }) => newDeployments.map(({ id }) => id)),
  )
  expect(handled).toMatchObject({ delivering: null, waiting: [], head: found.commit })
})

test('what a push is about to need is begun: nothing at a first look or for nothing of the app, then its build and its deployment', async () => {
  const lab = await openLab()
  onTestFinished(() => lab.close())
  const { effects, changes, foreseen, gateway } = lab
  let commit = found.commit
  let touches = true
  effects.look = async () => ({ ...found, commit, touches })
  effects.build = async () => ({ kind: 'built', digest: digestOf(1), reference: null })
  await lab.startWorker()
  const at = new Date().toISOString()
  await gateway.push(app, 'main', { key: 'poll/1', commit, at, via: 'first-look' })
  await until('the first look', () =>
    changes.some(({ events }) => events.some(({ kind }) => kind === 'push.noted')),
  )
  commit = commitOf(2)
  touches = false
  await gateway.push(app, 'main', { key: 'poll/2', commit, at, via: 'poll' })
  await until('the second look', () =>
    changes.some(({ events }) => events.some(({ kind }) => kind === 'push.untouched')),
  )
  expect(foreseen).toEqual([])

  commit = commitOf(3)
  touches = true
  await gateway.push(app, 'main', { key: 'poll/3', commit, at, via: 'poll' })
  await until('its deployment', () => foreseen.length > 1)
  const { run: build } = app.build.stage
  const checkedOut = { repository: { app: app.name }, commit, kind: 'private' }
  expect(foreseen).toMatchObject([
    [
      { app: app.name, run: build },
      { ...checkedOut, digest: null, readLater: true },
    ],
    [
      { app: app.name, run: app.environments[0]?.stages.patch?.run },
      { ...checkedOut, digest: digestOf(1), readLater: false },
    ],
  ])
})

test('the host that looked at a push builds it, without being chosen once more', async () => {
  const lab = await openLab()
  onTestFinished(() => lab.close())
  const { effects, changes, client, gateway } = lab
  effects.look = async () => found
  effects.build = async () => ({ kind: 'built', digest: digestOf(1), reference: null })
  await lab.startWorker()
  const at = new Date().toISOString()
  await gateway.push(app, 'main', { key: 'poll/1', commit: found.commit, at, via: 'poll' })
  await until('its deployment', () => changes.some(({ newDeployments }) => newDeployments.length > 0))

  const { events } = await client.workflow.getHandle(`delivery/${app.name}/main`).fetchHistory()
  const begun = (events ?? []).flatMap(
    (one) => one.activityTaskScheduledEventAttributes?.activityType?.name ?? [],
  )
  expect(begun).toContain('build')
  expect(begun).not.toContain('chooseHost')
})

test('the first push to a branch is recorded while git looks, which may take an hour', async () => {
  const lab = await openLab()
  onTestFinished(() => lab.close())
  const { effects, changes, gateway } = lab
  const isRecorded = () => changes.some(({ workflow }) => workflow?.id === `delivery/${app.name}/main`)
  // One after the other, it would not end.
  effects.look = async () => {
    await until('the push to be recorded', isRecorded)
    return found
  }
  effects.build = async () => ({ kind: 'built', digest: digestOf(1), reference: null })
  await lab.startWorker()
  const at = new Date().toISOString()
  await gateway.push(app, 'main', { key: 'hook/1', commit: found.commit, at, via: 'webhook' })
  await until('its deployment', () => changes.some(({ newDeployments }) => newDeployments.length > 0))

  expect(changes[0]?.workflow?.state).toMatchObject({ waiting: [{ key: 'hook/1' }], delivering: null })
})

test('a repository that cannot be looked at is told once, and what was pushed is delivered when it can', async () => {
  const lab = await openLab()
  onTestFinished(() => lab.close())
  const { effects, changes, gateway } = lab
  let looks = 0
  effects.look = async () =>
    ++looks < 3 ? { kind: 'unread', refused: true, detail: 'Authentication failed' } : found
  effects.build = async () => ({ kind: 'built', digest: digestOf(1), reference: null })
  await lab.startWorker()
  const told = () => changes.flatMap(({ events }) => events.map(({ kind }) => kind))
  const at = new Date().toISOString()
  const push = (key: string) => gateway.push(app, 'main', { key, commit: found.commit, at, via: 'webhook' })

  await push('hook/1')
  await until('it to be told', () => told().includes('push.unread'))
  await push('hook/2')
  await until('the next look', () => looks === 2)
  await push('hook/3')
  await until('its deployment', () => changes.some(({ newDeployments }) => newDeployments.length > 0))
  expect(told().slice(0, 3)).toEqual(['push.unread', 'push.taken', 'push.built'])
})
