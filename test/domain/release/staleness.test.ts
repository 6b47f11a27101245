import { expect, test } from 'vitest'
import { promote } from '../../../domain/release/handle.js'
import { markActive, reportStale, stallsAt } from '../../../domain/release/staleness.js'
import { anApp } from '../../support/app-definition.js'
import { saidOf } from '../../support/events.js'
import { aRelease, by, deploymentId, minute } from '../../support/lane.js'

const app = anApp({ more: '    stallAfter: 1h' })
const release = markActive(aRelease({ app }), minute(0))

test('a release that is silent for too long is reported once, with what it waits for', () => {
  expect(stallsAt(release)).toBe(minute(60))
  const order = { candidate: 1, environment: 'integration', override: null, olderConfirmed: false, by: by() }
  const waiting = promote(release, { ...order, deploymentId: deploymentId(1) }).step.state
  const { state, events } = reportStale(waiting, minute(60))

  expect(events).toMatchObject([{ kind: 'release.stalled' }])
  expect(saidOf(events[0])).toBe(
    'Nothing has happened to 2026.11.1 for 1 h: 2026.11.1-rc.1 is prepared and waits for its gates to integration.',
  )
  expect(stallsAt(markActive(state, minute(60)))).toBeNull()
  expect(stallsAt(markActive(state, minute(61)))).toBe(minute(121))
})

test.each(['draft', 'released', 'abandoned', 'deleted'] as const)(
  'a %s release may be silent',
  (lifecycle) => {
    expect(stallsAt({ ...release, lifecycle })).toBeNull()
  },
)

test('of a failed build it says so', () => {
  const failed = {
    ...release,
    candidates: release.candidates.map((one) => ({ ...one, state: 'build_failed' as const })),
  }
  expect(saidOf(reportStale(failed, minute(60)).events[0])).toMatch(/the build of 2026.11.1-rc.1 failed/)
})
