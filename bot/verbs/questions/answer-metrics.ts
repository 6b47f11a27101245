/** `metrics`: the figures as text, and as a picture for whoever asked. */
import { parseDuration } from '../../../domain/durations.js'
import type { AppName } from '../../../domain/identifiers.js'
import { type Metrics, measure } from '../../../domain/metrics.js'
import type { AppDefinition } from '../../../domain/pipeline.js'
import { isLastLevel } from '../../../domain/pipeline.js'
import type { Refusal } from '../../../domain/refusal.js'
import type { ReadRequest } from '../../commands/parsed-command.js'
import type { Reads } from '../../orders/reads.js'
import type { Message } from '../../views/message.js'
import { metricsMessage } from '../../views/read/metrics-message.js'

/** A file that goes with an answer. */
export interface Picture {
  readonly name: string
  readonly title: string
  readonly bytes: Uint8Array
}

export type MetricsAnswer =
  | { readonly kind: 'shown'; readonly message: Message; readonly picture: () => Promise<Picture> }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** What figures are read off. */
export type MeasuredReads = Pick<Reads, 'runs' | 'schedules'>

const USUAL_MS = 30 * 86_400_000

/** What is measured of an app over the last so many milliseconds. */
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
  needs: {
    readonly reads: MeasuredReads
    readonly apps: readonly AppName[]
    readonly definitionOf: (app: AppName) => AppDefinition | null
    readonly now: () => Date
  },
): Promise<MetricsAnswer> {
  const name = named ?? (needs.apps.length === 1 ? needs.apps[0] : undefined)
  const app = name === undefined ? null : needs.definitionOf(name)
  if (app === null) {
    return {
      kind: 'refused',
      refusal: { code: 'unknown-app', text: named ?? '', nearest: needs.apps.slice(0, 3) },
    }
  }
  const metrics = await metricsOf(needs.reads, app, {
    ms: since === null ? null : parseDuration(since),
    now: needs.now(),
  })
  const title = `${app.name}: deployments since ${metrics.from.slice(0, 10)}`
  const picture = async (): Promise<Picture> => {
    // Loaded when it is first asked for: most bots never draw.
    const { metricsChart } = await import('../../views/charts/metrics-chart.js')
    return { name: `${app.name}-metrics.png`, title, bytes: metricsChart(app.name, metrics) }
  }
  return { kind: 'shown', message: metricsMessage(app.name, metrics), picture }
}
