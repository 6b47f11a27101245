import { describe, expect, test } from 'vitest'
import type { EnvironmentState } from '../../../domain/environment/state.js'
import { teardownEntry } from '../../../domain/environment/teardown.js'
import { commitOf, deploymentId } from '../../support/lane.js'
import { aLivingPreview, failing, orderFor, running, setUp } from '../../support/lifecycle.js'

const empty = aLivingPreview()

describe('what a teardown works on', () => {
  const before = { ...orderFor(empty, 4), commit: commitOf(44), configHash: 'old' }
  const today = { configHash: empty.configHash, variablesOf: empty.configHash }

  test.each<[string, EnvironmentState, object | null]>([
    ['nothing, where nothing ever was', empty, null],
    [
      'what runs, where nothing was set up',
      running(empty, orderFor(empty, 2)),
      { id: deploymentId(2), ...today },
    ],
    ['what failed, where nothing runs', failing(empty, orderFor(empty, 3)), { id: deploymentId(3) }],
    [
      'what was set up, as it was set up',
      setUp(running(empty, orderFor(empty, 2)), {
        ...{ order: before, commit: commitOf(5), variablesOf: 'older' },
      }),
      { id: deploymentId(4), commit: commitOf(5), configHash: 'old', variablesOf: 'older' },
    ],
    [
      'what was set up, where nothing runs',
      setUp(empty, { order: before, commit: commitOf(5) }),
      { id: deploymentId(4), commit: commitOf(5) },
    ],
  ])('%s', (_, state, wants) => {
    const { entry = null, variablesOf = null } = teardownEntry(state) ?? {}
    expect({ order: entry && { ...entry.order, variablesOf } }).toMatchObject({ order: wants })
  })

  test('as the next run of it', () => {
    expect(teardownEntry(running(aLivingPreview({ runs: { teardown: 2 } })))?.entry.attempt).toEqual({
      ...{ number: 1, from: null, host: null, reattach: false },
      runs: { teardown: 2 },
    })
  })
})
