/** The picture of `/release metrics`: deployments over time, and how long each environment's take. Drawn by ECharts and resvg. */
import { sayDuration } from '../../../domain/durations.js'
import type { Metrics } from '../../../domain/metrics.js'
import { type ChartOptions, drawChart } from './draw-chart.js'

/** Phones show it at half this width. */
const WIDTH = 760
const TOP = 116
const DAYS_HEIGHT = 220
const ROW = 44
const FONT = 18

/** Distinguishable for everybody, also in grey: blue is darker than orange, and failures are hatched. */
const GOOD = '#0072b2'
const BAD = '#e69f00'
const TIME = '#56b4e9'
const hatched = {
  symbol: 'rect',
  color: 'rgba(0, 0, 0, 0.45)',
  dashArrayX: [1, 0],
  dashArrayY: [3, 5],
  rotation: 0.785,
}

/** Longer spans are shown by week. */
const MOST_DAYS = 31
const DAY_MS = 86_400_000

/** A PNG. */
export function metricsChart(app: string, metrics: Metrics): Uint8Array {
  const height = TOP + DAYS_HEIGHT + 190 + Math.max(1, metrics.environments.length) * ROW
  return drawChart(optionsOf(app, metrics), { width: WIDTH, height })
}

export interface Period {
  /** Its first day, such as `11-21`. */
  readonly label: string
  readonly succeeded: number
  readonly failed: number
}

/** Every day of the span, or every week if it is long, including empty ones. */
export function periodsOf({ days, from, to }: Pick<Metrics, 'days' | 'from' | 'to'>): {
  readonly unit: 'day' | 'week'
  readonly periods: readonly Period[]
} {
  const first = Date.parse(from.slice(0, 10))
  const count = Math.floor((Date.parse(to.slice(0, 10)) - first) / DAY_MS) + 1
  const unit = count > MOST_DAYS ? 'week' : 'day'
  const length = unit === 'week' ? 7 : 1
  const periods = Array.from({ length: Math.ceil(count / length) }, (_, index) => {
    const start = first + index * length * DAY_MS
    const within = days.filter(({ day }) => {
      const at = Date.parse(day) - start
      return at >= 0 && at < length * DAY_MS
    })
    return {
      label: new Date(start).toISOString().slice(5, 10),
      succeeded: within.reduce((sum, { succeeded }) => sum + succeeded, 0),
      failed: within.reduce((sum, { failed }) => sum + failed, 0),
    }
  })
  return { unit, periods }
}

/** The best unit for the longest of some durations. */
export function unitOf(durations: readonly number[]): { readonly name: string; readonly ms: number } {
  const longest = Math.max(0, ...durations)
  if (longest >= 2 * DAY_MS) return { name: 'days', ms: DAY_MS }
  if (longest >= 2 * 3_600_000) return { name: 'hours', ms: 3_600_000 }
  return longest >= 2 * 60_000 ? { name: 'minutes', ms: 60_000 } : { name: 'seconds', ms: 1_000 }
}

type Part = Partial<Pick<ChartOptions, 'title' | 'legend' | 'grid' | 'xAxis' | 'yAxis' | 'series'>>

const axis = { axisLabel: { fontSize: FONT, hideOverlap: true }, nameTextStyle: { fontSize: FONT } }
const middle = { nameLocation: 'middle' } as const

/** Two charts, one below the other. */
function optionsOf(app: string, metrics: Metrics): ChartOptions {
  const parts = [runsPart(app, metrics), timesPart(metrics)]
  const all = <Key extends keyof Part>(key: Key) => parts.flatMap((part) => part[key] ?? [])
  return {
    ...{ title: all('title'), legend: all('legend'), grid: all('grid') },
    ...{ xAxis: all('xAxis'), yAxis: all('yAxis'), series: all('series') },
  }
}

function runsPart(app: string, metrics: Metrics): Part {
  const { unit, periods } = periodsOf(metrics)
  const bars = { type: 'bar', stack: 'days', barMaxWidth: 40 } as const
  const labels = periods.map(({ label }) => label)
  return {
    title: {
      text: `${app}: deployments of all environments`,
      subtext: `${metrics.from.slice(0, 10)} to ${metrics.to.slice(0, 10)}`,
      left: 'center',
      textStyle: { fontSize: FONT + 4 },
      subtextStyle: { fontSize: FONT, color: '#444' },
    },
    legend: { top: 70, itemGap: 40, data: ['succeeded', 'failed'], textStyle: { fontSize: FONT } },
    grid: { left: 80, right: 30, top: TOP, height: DAYS_HEIGHT },
    xAxis: {
      ...{ ...axis, ...middle, type: 'category', gridIndex: 0, nameGap: 32 },
      ...{ name: `${unit === 'day' ? 'day' : 'week from'} (UTC)`, data: labels },
    },
    yAxis: {
      ...{ ...axis, ...middle, type: 'value', gridIndex: 0, minInterval: 1, nameGap: 50 },
      name: `deployments a ${unit}`,
    },
    series: [
      {
        ...{ ...bars, name: 'succeeded', itemStyle: { color: GOOD } },
        data: periods.map(({ succeeded }) => succeeded),
      },
      {
        ...{ ...bars, name: 'failed', itemStyle: { color: BAD, decal: hatched } },
        data: periods.map(({ failed }) => failed),
      },
    ],
  }
}

function timesPart({ environments }: Metrics): Part {
  const times = environments.map(({ medianMs }) => medianMs ?? 0)
  const scale = unitOf(times)
  const below = TOP + DAYS_HEIGHT
  return {
    title: {
      text: 'How long a deployment takes',
      ...{ left: 'center', top: below + 80, textStyle: { fontSize: FONT + 2 } },
    },
    grid: { left: 170, right: 130, top: below + 120, height: Math.max(1, environments.length) * ROW },
    xAxis: { ...axis, ...middle, type: 'value', gridIndex: 1, name: `median, ${scale.name}`, nameGap: 32 },
    yAxis: {
      ...{ ...axis, type: 'category', gridIndex: 1, inverse: true },
      data: environments.map(({ environment }) => environment),
    },
    series: {
      ...{ name: 'duration', type: 'bar', xAxisIndex: 1, yAxisIndex: 1, barMaxWidth: 26 },
      itemStyle: { color: TIME },
      data: times.map((ms) => Math.round((ms / scale.ms) * 100) / 100),
      label: {
        ...{ show: true, position: 'right', fontSize: FONT },
        formatter: ({ dataIndex }: { readonly dataIndex: number }) => durationOf(environments[dataIndex]),
      },
    },
  }
}

const durationOf = (one: Metrics['environments'][number] | undefined): string =>
  one === undefined || one.medianMs === null ? 'none yet' : sayDuration(one.medianMs)
