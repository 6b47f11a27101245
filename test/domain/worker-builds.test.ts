import { describe, expect, test } from 'vitest'
import {
  isSilent,
  type LastSigns,
  mayTakeOver,
  observeSigns,
  SILENT_AFTER_MS,
} from '../../domain/worker-builds.js'

const afterMs = SILENT_AFTER_MS

/** What is known after checks at these instants, each with the sign of build `one`; null: Temporal has none. */
function looked(...looks: readonly (readonly [at: number, sign: string | null])[]): LastSigns {
  return looks.reduce<LastSigns>(
    (before, [at, sign]) =>
      observeSigns(before, new Map(sign === null ? [] : [['one', sign]]), { builds: ['one'], at }),
    new Map(),
  )
}

describe('a build of Slipway is silent', () => {
  test.each<[string, LastSigns, boolean]>([
    ['not when it is asked about for the first time, whatever its sign', looked([afterMs * 9, 'old']), false],
    ['not a moment before two minutes', looked([0, 'a'], [afterMs - 1, 'a']), false],
    ['after two minutes with the same sign', looked([0, 'a'], [60_000, 'a']), true],
    ['after two minutes without any', looked([0, null], [60_000, null]), true],
    ['also when Temporal forgets its sign meanwhile', looked([0, 'a'], [110_000, null]), true],
    ['not when it gave another sign since', looked([0, 'a'], [1_000, 'b']), false],
    ['not when it began to give one', looked([0, null], [1_000, 'a']), false],
  ])('%s', (name, lastSigns, silent) => {
    const at = name.includes('moment') ? afterMs - 1 : name.includes('first time') ? afterMs * 9 : afterMs
    expect(isSilent(lastSigns, 'one', { at, afterMs })).toBe(silent)
  })

  test('never, where nobody asks about it', () => {
    const lastSigns = observeSigns(looked([0, 'a']), new Map(), { builds: [], at: 1 })
    expect(isSilent(lastSigns, 'one', { at: afterMs * 9, afterMs })).toBe(false)
  })
})

test.each([
  ['it has them', { current: 'two', isNew: false }, true, false],
  ['it is new, and nobody had them', { current: '', isNew: true }, false, true],
  ['it is new, and another has them', { current: 'one', isNew: true }, false, true],
  ['it was replaced', { current: 'three', isNew: false }, false, false],
  ['it was replaced by one that has no worker any more', { current: 'three', isNew: false }, true, true],
  ['it was replaced by workers without a name', { current: '', isNew: false }, false, false],
] as const)('a build takes the workflows over? %s', (_, standing, currentIsSilent, takes) => {
  expect(mayTakeOver({ own: 'two', ...standing }, currentIsSilent)).toBe(takes)
})
