/** `metrics`: the figures as text, and as a picture for the person who asked. */
import { parseDuration } from '../../../domain/durations.js'
import { type Metrics, measure } from '../../../domain/metrics.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { isLastLevel } from '../../../domain/pipeline.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import type { Reads } from '../../orders/reads.js'
import { metricsInWords, metricsMessage } from '../../views/read/metrics-message.js'
import type { Picture, ReadAnswer, Reading } from './answer.js'

/** The reads that the figures are computed from. */
export type MeasuredReads = Pick<Reads, 'runs' | 'schedules'>

const USUAL_MS = 30 * 86_400_000

/** The metrics of an app over the given number of milliseconds. */
export async function metricsOf(
  reads: MeasuredReads,
  app: AppDefinition,
  span: { readonly ms: number | null; readonly now: Date },
): Promise<Metrics> {
  const from = new Date(span.now.getTime() - (span.ms ?? USUAL_MS))
  const [rows, releases] = await Promise.all([reads.runs(app.name, from), reads.schedules(app.name, from)])
  return measure(
    { rows, releases },
    {
      names: app.environments.map(({ name }) => name),
      last: app.environments.filter((one) => isLastLevel(app, one)).map(({ name }) => name),
      from,
      to: span.now,
      timezone: app.timezone,
    },
  )
}

export async function answerMetrics(
  { app: named, since }: Extract<ReadRequest, { kind: 'metrics' }>,
  { reads, apps, cardOptions, now }: Reading,
): Promise<ReadAnswer> {
  const name = named ?? (apps.length === 1 ? apps[0] : undefined)
  const app = name === undefined ? undefined : cardOptions(name).definition
  if (!app) {
    return { kind: 'refused', refusal: { code: 'unknown-app', text: named ?? '', nearest: apps.slice(0, 3) } }
  }
  const metrics = await metricsOf(reads, app, {
    ms: since === null ? null : parseDuration(since),
    now: now(),
  })
  const title = `${app.name}: deployments since ${metrics.from.slice(0, 10)}`
  const picture = async (): Promise<Picture> => {
    // Loaded on first use, because most bots never draw.
    const { metricsChart } = await import('../../views/charts/metrics-chart.js')
    const alt = metricsInWords(app.name, metrics)
    return { name: `${app.name}-metrics.png`, title, alt, bytes: metricsChart(app.name, metrics) }
  }
  return { kind: 'shown', message: metricsMessage(app.name, metrics), picture }
}
