/**
 * Release, environment, delivery and previews together, as pure rules under a scheduler that lets anything happen next:
 * messages late, repeated and out of order, requests and answers lost, workflows terminated and restarted from their record.
 */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { propertyRuns } from '../support/property-runs.js'
import { deed } from './people.js'
import { tell } from './story.js'

/** Fewer do not reach every kind of end. */
const LEAST = 120

test('whatever happens, in whatever order, comes to one end that everybody is told', () => {
  const seen = new Map<string, number>()
  fc.assert(
    fc.property(fc.nat(), fc.array(deed, { minLength: 10, maxLength: 80, size: 'max' }), (chance, deeds) => {
      for (const { state } of tell(chance, deeds).record.rows.values())
        seen.set(state, (seen.get(state) ?? 0) + 1)
    }),
    { numRuns: Math.max(LEAST, propertyRuns(300)) },
  )
  // Stories that never reached these ends would prove nothing about them.
  for (const state of ['accepted', 'rejected', 'superseded', 'aborted', 'failed'])
    expect(seen.get(state) ?? 0, state).toBeGreaterThan(0)
})
