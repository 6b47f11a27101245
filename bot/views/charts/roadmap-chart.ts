/** The picture of `/release roadmap`: each planned release on its day, its dependencies, and what closes its environments. */
import type { Milestone, PlannedRelease, Roadmap } from '../../../domain/roadmap.js'
import { dayIn } from '../../../domain/schedule.js'
import { clip } from '../escape.js'
import { type ChartOptions, drawChart } from './draw-chart.js'

const WIDTH = 1_000
const ROW = 34
const AROUND = 140
const MOST_ROWS = 30
const DAY_MS = 86_400_000

/** Distinguishable for everybody; each release also shows its state in words. */
const LATE = '#d55e00'
const UNDER_WAY = '#0072b2'
const DRAFT = '#718096'
const FROZEN = 'rgba(49, 130, 206, 0.15)'
const CLOSED = 'rgba(113, 128, 150, 0.18)'

/** A PNG of the releases with a planned day; more than thirty are cut off. */
export function roadmapChart(roadmap: Roadmap): Uint8Array {
  const releases = [...roadmap.overdue, ...roadmap.ahead].slice(0, MOST_ROWS)
  const height = AROUND + Math.max(3, releases.length) * ROW
  return drawChart(optionsOf(roadmap, releases), { width: WIDTH, height })
}

const noon = (day: string): number => Date.parse(day) + DAY_MS / 2

function optionsOf(roadmap: Roadmap, releases: readonly PlannedRelease[]): ChartOptions {
  const days = releases.map(({ plannedFor }) => noon(plannedFor ?? roadmap.today))
  const today = noon(roadmap.today)
  return {
    title: { text: `${roadmap.app}: what is planned, as of ${roadmap.today}`, left: 'center' },
    grid: { left: 270, right: 90, top: 50, bottom: 50 },
    xAxis: {
      type: 'time',
      min: Math.min(today, ...days) - 2 * DAY_MS,
      max: Math.max(today + 7 * DAY_MS, ...days) + 2 * DAY_MS,
      axisLabel: { formatter: '{yyyy}-{MM}-{dd}', hideOverlap: true },
    },
    yAxis: {
      type: 'category',
      inverse: true,
      data: releases.map(({ version, title }) => clip(version === null ? title : `${version} ${title}`, 34)),
    },
    series: [
      {
        type: 'scatter',
        symbol: 'diamond',
        symbolSize: 16,
        data: releases.map((release, row) => ({
          value: [days[row] ?? today, row],
          itemStyle: { color: colorOf(release) },
        })),
        label: {
          show: true,
          position: 'right',
          formatter: ({ dataIndex }: { readonly dataIndex: number }) => labelOf(releases[dataIndex]),
        },
        markLine: {
          silent: true,
          symbol: 'none',
          data: [{ xAxis: today, label: { formatter: 'today' }, lineStyle: { color: LATE } }],
        },
        markArea: { silent: true, data: roadmap.milestones.map((one) => area(one, roadmap.timezone)) },
      },
      {
        type: 'lines',
        coordinateSystem: 'cartesian2d',
        symbol: ['none', 'arrow'],
        lineStyle: { color: DRAFT, width: 1.5, curveness: 0.2 },
        data: dependencies(releases, days),
      },
    ],
  }
}

const colorOf = ({ daysLate, state }: PlannedRelease): string =>
  daysLate > 0 ? LATE : state === 'draft' ? DRAFT : UNDER_WAY

const labelOf = (release: PlannedRelease | undefined): string =>
  release === undefined
    ? ''
    : release.daysLate > 0
      ? `${release.daysLate} d late`
      : release.state === 'draft'
        ? 'draft'
        : release.phase

/** Lines from a release to those that wait for it, if both are drawn. */
function dependencies(
  releases: readonly PlannedRelease[],
  days: readonly number[],
): { readonly coords: readonly (readonly [number, number])[] }[] {
  return releases.flatMap(({ waitsFor }, row) =>
    waitsFor.flatMap(({ releaseId }) => {
      const other = releases.findIndex(({ id }) => id === releaseId)
      const [from, to] = [days[other], days[row]]
      return from === undefined || to === undefined
        ? []
        : [{ coords: [[from, other] as const, [to, row] as const] }]
    }),
  )
}

const areaWords: Readonly<Record<Milestone['kind'], string>> = {
  freeze: 'frozen',
  closed: 'closed',
  open: 'open',
  train: 'train',
}

function area({ kind, environments, from, until, reason }: Milestone, timezone: string): object[] {
  // Places instants on the day axis by the app's calendar.
  const at = (instant: string): number => noon(dayIn(timezone, instant)) - DAY_MS / 2
  const name = clip(
    `${areaWords[kind]}${environments.length === 0 ? '' : `: ${environments.join(', ')}`}${reason === '' ? '' : ` (${reason})`}`,
    40,
  )
  return [
    {
      name,
      xAxis: at(from),
      itemStyle: { color: kind === 'freeze' ? FROZEN : CLOSED },
      label: { position: 'insideBottom', fontSize: 9, color: '#4a5568' },
    },
    { xAxis: at(until) + DAY_MS },
  ]
}
