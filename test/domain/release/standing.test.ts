import { describe, expect, test } from 'vitest'
import { promote } from '../../../domain/release/handle.js'
import { releaseRecord } from '../../../domain/release/record.js'
import { aRelease, BOB, by, deploymentId, minute, sure } from '../../support/lane.js'

const order = (change: Record<string, unknown>) => ({
  deploymentId: deploymentId(9),
  candidate: 1,
  environment: 'integration',
  override: null,
  olderConfirmed: false,
  by: by(),
  ...change,
})

describe('what went wrong there, and what is newer there', () => {
  const setback = {
    ...{ deploymentId: deploymentId(90), releaseId: aRelease().id, version: '2026.11.1', candidate: 1 },
    ...{ commit: sure(aRelease().candidates[0]).commit, digest: null, failed: null },
    rolledBack: { at: minute(1), by: BOB, to: '2026.10.9-rc.1', reason: '' },
  }
  const newer = { name: '2026.11.2-rc.1', hotfix: true }
  const promoted = (change: Record<string, unknown>): string => {
    const { outcome } = promote(aRelease(), order(change))
    return outcome.kind === 'refused' ? outcome.refusal.code : outcome.done.code
  }

  test.each([
    [{ standing: { setback, newer: null } }, 'went-wrong-before'],
    [{ standing: { setback, newer: null }, reason: '  ' }, 'went-wrong-before'],
    [{ standing: { setback, newer: null }, olderConfirmed: true }, 'went-wrong-before'],
    [{ standing: { setback, newer: null }, reason: 'the disk was cleaned' }, 'queued'],
    [{ standing: { setback: null, newer } }, 'newer-runs'],
    [{ standing: { setback: null, newer }, olderConfirmed: true }, 'queued'],
    [{ standing: { setback, newer }, override: 'outage' }, 'queued'],
    [{ standing: { setback: null, newer: null } }, 'queued'],
  ])('%j: %s', (change, code) => {
    expect(promoted(change)).toBe(code)
  })

  test('the reason stands beside the approval that is asked', () => {
    const again = order({ standing: { setback, newer }, reason: ' the disk was cleaned ' })
    const { step } = promote(aRelease(), again)
    expect(releaseRecord(step.state).detail.prepared.at(-1)?.again).toBe('the disk was cleaned')
    expect(step.events[0]).toMatchObject({
      kind: 'deployment.prepared',
      facts: { again: 'the disk was cleaned' },
    })
  })
})
