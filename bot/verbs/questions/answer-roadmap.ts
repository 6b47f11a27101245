/** `roadmap`: planned releases as text, and for a single app also as a picture. */
import type { AppDefinition } from '../../../domain/pipeline.js'
import { type Roadmap, roadmapOf, type WindowAhead } from '../../../domain/roadmap.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import type { Reads } from '../../orders/reads.js'
import { roadmapInWords } from '../../views/read/roadmap-lines.js'
import { roadmapMessage } from '../../views/read/roadmap-message.js'
import type { Picture, ReadAnswer, Reading } from './answer.js'

/** The reads that a roadmap is drawn from. */
export type PlannedReads = Pick<Reads, 'plannedReleases' | 'releasesOf' | 'environments' | 'trains'>

/** An app and its next windows. */
interface Mapped {
  readonly app: Pick<AppDefinition, 'name' | 'timezone'>
  readonly windows: readonly WindowAhead[]
}

/** The roadmap of each app at an instant, in as many queries as for one app. */
export async function readRoadmaps(
  reads: PlannedReads,
  asked: readonly Mapped[],
  now: Date,
): Promise<readonly Roadmap[]> {
  const names = asked.map(({ app }) => app.name)
  const [releases, environments, trains] = await Promise.all([
    reads.plannedReleases(...names),
    reads.environments(...names),
    reads.trains(...names),
  ])
  const known = new Set(releases.map(({ id }) => id))
  const ids = releases.flatMap(({ detail }) => detail.after.map(({ releaseId }) => releaseId))
  const others = await reads.releasesOf([...new Set(ids)].filter((id) => !known.has(id)))
  const views = new Map([...releases, ...others].map((view) => [view.id, view]))
  return asked.map(({ app: { name, timezone }, windows }) => {
    const its = releases.filter(({ app }) => app === name)
    const after = its.flatMap(({ detail }) => detail.after.map(({ releaseId }) => releaseId))
    return roadmapOf({
      ...{ app: name, timezone, windows, now: now.toISOString() },
      releases: its,
      others: after.flatMap((id) => views.get(id) ?? []),
      environments: environments.filter(({ app, detail }) => app === name && !detail.preview),
      train: trains.find(({ app }) => app === name) ?? null,
    })
  })
}

export async function answerRoadmap(
  { app: named }: Extract<ReadRequest, { kind: 'roadmap' }>,
  { reads, apps, cardOptions, command, comingWindows, now }: Reading,
): Promise<ReadAnswer> {
  const definitions = (named === null ? apps : [named]).flatMap((name) => cardOptions(name).definition ?? [])
  const at = now()
  const asked = definitions.map((app) => ({ app, windows: comingWindows(app, at.toISOString()) }))
  const maps = await readRoadmaps(reads, asked, at)
  const message = roadmapMessage(maps, command)
  const [only, ...more] = maps
  if (only === undefined || more.length > 0 || only.overdue.length + only.ahead.length === 0)
    return { kind: 'shown', message }
  const picture = async (): Promise<Picture> => {
    // Loaded on first use, because most bots never draw.
    const { roadmapChart } = await import('../../views/charts/roadmap-chart.js')
    const alt = roadmapInWords(only)
    return {
      ...{ name: `${only.app}-roadmap.png`, title: `${only.app}: roadmap`, alt },
      bytes: roadmapChart(only),
    }
  }
  return { kind: 'shown', message, picture }
}
