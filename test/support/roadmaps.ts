/** Sample roadmaps: one with something of each kind, and an empty one. */
import type { ReleaseId } from '../../domain/identifiers.js'
import { type Roadmap, type RoadmapFacts, roadmapOf } from '../../domain/roadmap.js'
import { newTrain } from '../../domain/train/state.js'
import type { ReleaseView } from '../../domain/views.js'
import { aPipeline, aRelease, environmentName, SHOP } from './release-views.js'
import { weekly } from './train.js'

export const idOf = (letter: string): ReleaseId => `rel_${letter.repeat(26)}` as ReleaseId

/** A draft unless it has a version. */
export const planned = (
  letter: string,
  day: string | null,
  more: Omit<Partial<ReleaseView>, 'detail'> & { readonly detail?: Partial<ReleaseView['detail']> } = {},
): ReleaseView =>
  aRelease({
    ...{ id: idOf(letter), title: `Release ${letter}`, version: null, state: 'draft', candidates: [] },
    plannedAt: day === null ? null : `${day}T00:00:00.000Z`,
    ...more,
  })

export const factsOf = (more: Partial<RoadmapFacts>): RoadmapFacts => ({
  ...{ app: SHOP, timezone: 'Europe/Berlin', releases: [], others: [], windows: [], train: null },
  environments: [],
  now: '2026-11-27T23:30:00.000Z',
  ...more,
})

export const aRoadmap: Roadmap = roadmapOf(
  factsOf({
    releases: [
      planned('A', '2026-11-20'),
      planned('B', '2026-12-04', {
        ...{ version: '2026.11.4', state: 'open', phase: 'testing' },
        detail: {
          scope: 'catalogue, prices <!channel>',
          after: [
            { releaseId: idOf('C'), name: 'Release C' },
            { releaseId: idOf('Z'), name: 'Release Z' },
          ],
        },
      }),
      planned('C', '2026-12-11', { title: 'A *bold* <!here> title' }),
      planned('D', null),
    ],
    environments: aPipeline({
      production: {
        freeze: {
          owner: aRelease().requestedBy,
          reason: 'Black Friday',
          since: '2026-11-26T08:00:00.000Z',
          until: '2026-12-01T08:00:00.000Z',
        },
      },
    }),
    train: { ...newTrain(SHOP), train: weekly, departure: '2026-12-01T09:00:00.000Z' },
    windows: [
      {
        ...{ kind: 'closed', environment: environmentName('production'), reason: 'weekend' },
        ...{ from: '2026-12-04T15:00:00.000Z', until: '2026-12-07T07:00:00.000Z' },
      },
    ],
  }),
)

export const emptyRoadmap: Roadmap = roadmapOf(factsOf({}))
