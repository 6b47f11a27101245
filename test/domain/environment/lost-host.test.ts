/** A host fell silent in the middle of a stage: nothing else changes the environment until a person has decided. */
import { describe, expect, test } from 'vitest'
import { type DeploymentResult, finish } from '../../../domain/environment/attempt-end.js'
import { closuresOf } from '../../../domain/environment/closures.js'
import { blockedBy, enqueue, nextEntry, start } from '../../../domain/environment/lane.js'
import { closable, retryOn, waitForHost } from '../../../domain/environment/lost-host.js'
import { environmentRecord } from '../../../domain/environment/record.js'
import { abort, retry } from '../../../domain/environment/retry-skip-abort.js'
import type { DeploymentRequest, EnvironmentState, LaneStep } from '../../../domain/environment/state.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { Failure } from '../../../domain/reasons.js'
import { aLane, anOrder, BOB, deploymentId, minute, sure } from '../../support/lane.js'

const at = (count: number) => ({ at: minute(count), closed: null })
const SILENT: Failure = { kind: 'host-lost', host: 'h1' }
const BROKEN: Failure = { kind: 'exit', stage: 'patch', exit: { kind: 'exited', code: 1 } }

/** How the first deployment ended at minute 3, while those waited. */
function ended(failure: Failure, touched = true, waiting: readonly DeploymentRequest[] = []): LaneStep {
  const line = [anOrder(1), ...waiting].reduce((state, order) => enqueue(state, order).state, aLane())
  const begun = start(line, sure(nextEntry(line, at(1))), at(1)).state
  const runs = { patch: 1 }
  const result: DeploymentResult = { kind: 'failed', stage: 'patch', failure, touched, runs, setup: null }
  return finish(begun, result, minute(3))
}
const lost = ended(SILENT).state
const by = { by: BOB, at: minute(4) }

describe('while a command may still run on a lost host', () => {
  test.each<[string, EnvironmentState, Partial<DeploymentRequest>, 'lost-host' | undefined]>([
    ['a promotion waits', lost, {}, 'lost-host'],
    ['a hotfix waits', lost, { hotfix: true }, 'lost-host'],
    ['a push waits', lost, { kind: 'push', requestedBy: SLIPWAY }, 'lost-host'],
    ['a rebuild waits', lost, { kind: 'rebuild' }, 'lost-host'],
    ['what may pass a freeze waits', lost, { passesFreeze: true }, 'lost-host'],
    [
      'an override from before it was lost waits',
      lost,
      { override: { reason: '', at: minute(2) } },
      'lost-host',
    ],
    ['an override given since goes on', lost, { override: { reason: '', at: minute(4) } }, undefined],
    ['a rollback goes on', lost, { kind: 'rollback' }, undefined],
    ['after a failure that the stage itself reported all goes on', ended(BROKEN).state, {}, undefined],
    ['where nothing was touched all goes on', ended(SILENT, false).state, {}, undefined],
    ['once it was given up all goes on', abort(lost, deploymentId(1), by).step.state, {}, undefined],
  ])('[S4.10] %s', (_, state, change, kind) => {
    expect(blockedBy(state, anOrder(2, change), at(5))?.kind).toBe(kind)
  })

  test.each([
    ['waiting for the host', (state: EnvironmentState) => waitForHost(state, by)],
    ['running it on another one', (state: EnvironmentState) => retryOn(state, by)],
    ['a retry', (state: EnvironmentState) => retry(state, deploymentId(1), by)],
  ])('[S4.10] %s puts it before those in line, who then go on', (_, decide) => {
    const line = enqueue(lost, anOrder(2), at(4)).state
    expect(nextEntry(line, at(5))).toBeNull()

    const { state } = decide(line).step
    expect(nextEntry(state, at(5))?.order.id).toBe(deploymentId(1))
    expect(blockedBy(state, anOrder(2), at(5))).toBeNull()
  })

  test('all in line are told why, and so is everybody who comes later', () => {
    const closure = { kind: 'lost-host', reason: 'h1', owner: null, since: minute(3), until: null }
    const waits = { kind: 'deployment.waits', deploymentId: deploymentId(2), facts: { closure, place: 1 } }

    expect(ended(SILENT, true, [anOrder(2)]).events).toContainEqual(
      expect.objectContaining({
        ...waits,
        facts: expect.objectContaining({ closure: expect.objectContaining(closure) }),
      }),
    )
    expect(enqueue(lost, anOrder(2), at(4)).events.at(-1)).toMatchObject(waits)
    expect(ended(BROKEN, true, [anOrder(2)]).events.map(({ kind }) => kind)).not.toContain('deployment.waits')
  })

  test('its record shows which host, and since when', () => {
    const record = environmentRecord(lost)
    expect(record.detail.lostHost).toEqual({ host: 'h1', since: minute(3) })
    expect(closuresOf(record, null)).toMatchObject([{ kind: 'lost-host', reason: 'h1' }])
    expect(closuresOf(closable(lost), null)).toEqual(closuresOf(record, null))
    expect(environmentRecord(ended(BROKEN).state).detail.lostHost).toBeNull()
  })
})
