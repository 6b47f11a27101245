import { afterEach, describe, expect, test } from 'vitest'
import { type AuditEvent } from '../../domain/events.js'
import type { EnvironmentName, UserId } from '../../domain/identifiers.js'
import { notificationOf } from '../../domain/notifications.js'
import type { DeploymentState } from '../../domain/states.js'
import { anApp } from '../support/app-definition.js'
import { saidOf } from '../support/events.js'
import { ALICE, BOB, by, commitOf, deploymentId, releaseId, sure } from '../support/lane.js'
import { type SkippedEnvironment, startSkipped } from '../support/skipped-environment.js'
import { timeSkippingServer } from '../support/time-skipping.js'
import { stateUntil } from '../support/until.js'
import { nameOf, newKey } from './lab-orders.js'

const server = timeSkippingServer()
const HOUR = 3_600_000

/** Opens for eight hours a day, is closed for the second of them, and wants two hours of soak. */
const gated = anApp({
  environments: `
      - { name: integration, mode: continuous, patch: { run: patch.sh } }
      - name: staging
        patch: { run: patch.sh }
        windows:
          - { kind: allow, cron: "0 9 * * *", duration: 8h, reason: working hours }
          - { kind: deny, cron: "0 10 * * *", duration: 1h, reason: stand-up }
      - { name: production, soak: 2h, patch: { run: patch.sh } }`,
  more: '    stallAfter: 12h',
})

/** Without the server that skips time these tests are skipped, never waited out; CI has it. */
describe.skipIf(server === null)('what the clock does by itself', () => {
  let skipped: SkippedEnvironment
  afterEach(async () => skipped?.close())

  /** Deployment 12 is of release 1, 21 of release 2. */
  const releaseOf = (number: number) => releaseId(Math.floor(number / 10))
  const stateOf = async (number: number): Promise<DeploymentState | undefined> =>
    (await skipped.gateway.readRelease(gated.name, releaseOf(number)))?.deployments.find(
      ({ id }) => id === deploymentId(number),
    )?.state
  const reaches = (number: number, state: DeploymentState) =>
    stateUntil(
      () => stateOf(number),
      (now) => now === state,
    )
  const told = (kind: string): readonly AuditEvent[] =>
    skipped.changes.flatMap(({ events }) => events).filter((event) => event.kind === kind)
  async function cut(release = 1): Promise<void> {
    const at = await skipped.now()
    const words = { title: 'Summer sale', description: '', type: 'feature', ref: commitOf(release) }
    const input = {
      ...{
        id: releaseId(release),
        app: gated,
        channel: gated.channel,
        ...words,
        version: `2026.11.${release}`,
      },
      ...{ override: null, by: by(ALICE, at), firstDeployment: deploymentId(release * 10), draft: null },
    }
    expect(await skipped.gateway.cut(input, newKey())).toMatchObject({ kind: 'done' })
    await reaches(release * 10, 'accepted')
  }
  async function promote(environment: string, number: number): Promise<string> {
    const order = {
      ...{ deploymentId: deploymentId(number), candidate: 1, environment, override: null },
      ...{ olderConfirmed: false, by: by(ALICE, await skipped.now()) },
    }
    const to = { app: gated.name, release: releaseOf(number) }
    const outcome = sure(await skipped.gateway.askRelease(to, 'promote', { order, key: newKey() }))
    return outcome.kind === 'done' ? outcome.done.code : outcome.refusal.code
  }
  async function accept(number: number): Promise<void> {
    const order = { deploymentId: deploymentId(number), comment: null, by: by(BOB, await skipped.now()) }
    const to = { app: gated.name, release: releaseOf(number) }
    await skipped.gateway.askRelease(to, 'accept', { order, key: newKey() })
    await reaches(number, 'accepted')
  }
  async function lock(user: UserId, environment: EnvironmentName, ms: number): Promise<void> {
    const at = await skipped.now()
    const end = new Date(Date.parse(at) + ms).toISOString()
    const order = { by: user, at, reason: 'load test', until: end, takeOver: false }
    await skipped.gateway.askEnvironment({ app: gated, environment }, 'lock', { order, key: newKey() })
  }
  /** Lets time pass until the clocks show that hour, UTC. */
  async function sleepUntil(hour: number, minute = 0): Promise<void> {
    const now = new Date(await skipped.now())
    const then = Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate(), hour, minute)
    const ms = then - now.getTime()
    await skipped.sleep(`${ms > 0 ? ms : ms + 24 * HOUR} ms`)
  }
  const startedAt = (number: number): string =>
    sure(
      skipped.changes
        .flatMap(({ moves }) => moves)
        .find(({ id, to }) => id === deploymentId(number) && to === 'awaiting_acceptance'),
    ).at.slice(11, 16)

  test('an allow window opens the lane, a deny window inside it closes it again, and both end by themselves', async () => {
    skipped = await startSkipped(server ?? '')
    await cut()
    await sleepUntil(20)
    await promote('staging', 11)
    await reaches(11, 'queued')
    await sleepUntil(8, 55)
    expect(await stateOf(11)).toBe('queued')
    await sleepUntil(9, 5)
    await reaches(11, 'awaiting_acceptance')
    await sleepUntil(10, 5)
    await cut(2)
    await promote('staging', 21)
    await reaches(21, 'queued')
    await sleepUntil(10, 55)
    expect(await stateOf(21)).toBe('queued')
    await sleepUntil(11, 5)
    await reaches(21, 'awaiting_acceptance')

    expect([startedAt(11), startedAt(21)]).toEqual(['09:00', '11:00'])
    expect(told('deployment.waits').map(saidOf)).toEqual([
      expect.stringMatching(/is number 1 in line for staging; .* until .* 09:00 UTC: working hours$/),
      expect.stringMatching(/is number 1 in line for staging; .* until .* 11:00 UTC: stand-up$/),
    ])
  })

  test('a soak time holds a promotion, and releases it automatically when it is over', async () => {
    skipped = await startSkipped(server ?? '')
    await cut()
    await sleepUntil(9, 5)
    await promote('staging', 11)
    await reaches(11, 'awaiting_acceptance')
    await accept(11)
    expect(await promote('production', 12)).toBe('prepared')
    await skipped.sleep('119 minutes')
    expect(await stateOf(12)).toBe('prepared')
    await skipped.sleep('2 minutes')
    await reaches(12, 'awaiting_acceptance')

    expect(skipped.stages.filter((stage) => stage === 'production patch')).toHaveLength(1)
  })

  test('a lock that ends frees the lane, and who waited is told in the thread and in person', async () => {
    skipped = await startSkipped(server ?? '')
    await cut()
    await sleepUntil(11, 5)
    await lock(BOB, nameOf(gated, 'staging'), 2 * HOUR)
    await promote('staging', 11)
    await reaches(11, 'queued')
    await skipped.sleep('119 minutes')
    expect(await stateOf(11)).toBe('queued')
    await skipped.sleep('2 minutes')
    await reaches(11, 'awaiting_acceptance')

    const staging = await skipped.gateway.readEnvironment(gated.name, nameOf(gated, 'staging'))
    expect(sure(staging).lock).toBeNull()
    expect(told('deployment.unblocked')).toMatchObject([
      {
        releaseId: releaseId(1),
        facts: { person: ALICE },
      },
    ])
    expect(told('deployment.unblocked').map(saidOf)).toEqual([
      'The lock of staging ended. 2026.11.1-rc.1 goes on in its turn.',
    ])
  })

  test('a silent release is reported once for each silence', async () => {
    skipped = await startSkipped(server ?? '')
    await cut()
    await skipped.sleep('11 hours')
    expect(told('release.stalled')).toEqual([])
    await skipped.sleep('2 hours')
    expect(told('release.stalled')).toHaveLength(1)
    await skipped.sleep('5 days')
    expect(told('release.stalled')).toHaveLength(1)
    await sleepUntil(9, 5)
    await promote('staging', 11)
    await reaches(11, 'awaiting_acceptance')
    await skipped.sleep('13 hours')
    await skipped.sleep('5 days')

    expect(told('release.stalled').map((event) => [saidOf(event), notificationOf(event)])).toEqual([
      ['Nothing has happened to 2026.11.1 for 12 h: 2026.11.1-rc.1 was promoted no further.', 'broadcast'],
      [
        'Nothing has happened to 2026.11.1 for 12 h: 2026.11.1-rc.1 waits for acceptance in staging.',
        'broadcast',
      ],
    ])
  })
})
