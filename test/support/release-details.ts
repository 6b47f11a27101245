/** Parts of what is stored beside a release, as its card shows them. */
import type { OffTrunk, TagStanding } from '../../domain/change.js'
import { AT, commitOf } from './release-views.js'

/** That many picks that trunk lacks. */
export const aTrunkLook = (total: number): OffTrunk => ({
  ...{ trunk: 'main', total, because: null, at: AT, settled: [] },
  commits: Array.from({ length: total }, (_, index) => ({
    ...{ sha: commitOf(`c${index}`), subject: `Fix ${index} of <totals>`, author: 'Bob', original: null },
  })),
})

export const aRefusedTag: TagStanding = {
  ...{ name: 'v2026.11.3', candidate: 1, ofVersion: true, since: AT },
  state: 'refused',
  because: 'GH013: Cannot create ref due to creations being restricted.',
}
