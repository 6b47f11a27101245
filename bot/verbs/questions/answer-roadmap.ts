/** `roadmap`: what is planned as text, and of one app as a picture too. */
import type { AppDefinition } from '../../../domain/pipeline.js'
import { type Roadmap, roadmapOf, type WindowAhead } from '../../../domain/roadmap.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import type { Reads } from '../../orders/reads.js'
import { roadmapInWords } from '../../views/read/roadmap-lines.js'
import { roadmapMessage } from '../../views/read/roadmap-message.js'
import type { Picture, ReadAnswer, Reading } from './answer.js'

/** What a roadmap is drawn from. */
export type PlannedReads = Pick<Reads, 'plannedReleases' | 'releasesOf' | 'environments' | 'train'>

/** The roadmap of an app at an instant; `windows` are those that are next. */
export async function readRoadmap(
  reads: PlannedReads,
  { name, timezone }: Pick<AppDefinition, 'name' | 'timezone'>,
  { windows, now }: { readonly windows: readonly WindowAhead[]; readonly now: Date },
): Promise<Roadmap> {
  const [releases, environments, train] = await Promise.all([
    reads.plannedReleases(name),
    reads.environments(name),
    reads.train(name),
  ])
  const known = new Set(releases.map(({ id }) => id))
  const ids = releases.flatMap(({ detail }) => detail.after.map(({ releaseId }) => releaseId))
  const others = await reads.releasesOf([...new Set(ids)].filter((id) => !known.has(id)))
  const permanent = environments.filter(({ detail }) => !detail.preview)
  return roadmapOf({
    ...{ app: name, timezone, releases, others, windows, train },
    environments: permanent,
    now: now.toISOString(),
  })
}

export async function answerRoadmap(
  { app: named }: Extract<ReadRequest, { kind: 'roadmap' }>,
  { reads, apps, cardOptions, command, comingWindows, now }: Reading,
): Promise<ReadAnswer> {
  const definitions = (named === null ? apps : [named]).flatMap((name) => cardOptions(name).definition ?? [])
  const at = now()
  const maps = await Promise.all(
    definitions.map((app) =>
      readRoadmap(reads, app, { windows: comingWindows(app, at.toISOString()), now: at }),
    ),
  )
  const message = roadmapMessage(maps, command)
  const [only, ...more] = maps
  if (only === undefined || more.length > 0 || only.overdue.length + only.ahead.length === 0)
    return { kind: 'shown', message }
  const picture = async (): Promise<Picture> => {
    // Loaded when it is first asked for: most bots never draw.
    const { roadmapChart } = await import('../../views/charts/roadmap-chart.js')
    const alt = roadmapInWords(only)
    return {
      ...{ name: `${only.app}-roadmap.png`, title: `${only.app}: roadmap`, alt },
      bytes: roadmapChart(only),
    }
  }
  return { kind: 'shown', message, picture }
}
