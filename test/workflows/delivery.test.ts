/** A push from its announcement to the environment that follows the branch. */
import { expect, onTestFinished, test } from 'vitest'
import type { Look } from '../../domain/delivery/state.js'
import { anApp } from '../support/app-definition.js'
import { commitOf, digestOf } from '../support/lane.js'
import { until } from '../support/until.js'
import { openLab } from '../support/workflow-lab.js'

const app = anApp()
const found: Extract<Look, { kind: 'found' }> = {
  ...{ kind: 'found', commit: commitOf(1), subject: 'A change', author: 'Alice', authors: [] },
  ...{ skip: false, total: 1, touches: true, more: false },
}

test('a push is looked at and built while it is recorded, and handed on only after its ids are', async () => {
  const lab = await openLab()
  onTestFinished(() => lab.close())
  const { effects, changes, client, gateway } = lab
  const workflowId = `delivery/${app.name}/main`
  const begun = { look: false, build: false }
  let mayRecord = false
  effects.look = async () => {
    begun.look = true
    return found
  }
  effects.build = async () => {
    begun.build = true
    return { kind: 'built', digest: digestOf(1), reference: null }
  }
  // One after the other, neither would end.
  effects.record = async ({ workflow, events }) => {
    if (workflow?.id !== workflowId) return
    if (events.length === 0) await until('git to look', () => begun.look)
    if (events.some(({ kind }) => kind === 'push.taken'))
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
