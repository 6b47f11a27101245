/** The Prometheus metrics. Labels hold only kinds and results, never a person, a title or a version. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'
import type { WorkerStatus } from '../domain/sandbox.js'

export interface Metrics {
  /** An order ended: its kind, and `done` or the code of its refusal. */
  readonly orderEnded: (kind: string, outcome: string) => void
  /** From Slack's request to our acknowledgement: `command`, `press`, `submission`, `event`. */
  readonly acknowledged: (kind: string, seconds: number) => void
  /** A call to Slack: its method, `ok` or the kind of fault, and the seconds. */
  readonly slackCalled: (method: string, result: string, seconds: number) => void
  /** Retention deleted data of a kind. */
  readonly removed: (kind: string, removed: { readonly count: number; readonly bytes: number }) => void
  readonly text: () => Promise<{ readonly type: string; readonly body: string }>
}

export interface MetricsOptions {
  /** How many deployments are in each state; queried at each scrape. */
  readonly deployments?: () => Promise<Readonly<Record<string, number>>>
  /** How many orders have no answer yet: new, slow, parked. */
  readonly unanswered?: () => Promise<Readonly<Record<string, number>>>
  /** How many reports to GitHub are pending, and how many were given up. */
  readonly reports?: () => Promise<Readonly<Record<string, number>>>
  /** The isolation of stage commands, by worker. */
  readonly workers?: () => Promise<readonly WorkerStatus[]>
  /** Includes Node's own metrics, which need a separate process. */
  readonly ofProcess?: boolean
}

export function createMetrics(options: MetricsOptions = {}): Metrics {
  const { deployments, unanswered, reports, workers, ofProcess = true } = options
  const registry = new Registry()
  const registers = [registry]
  if (ofProcess) collectDefaultMetrics({ register: registry })
  const orders = new Counter({
    name: 'slipway_orders_total',
    help: 'Orders that ended, by kind and outcome.',
    labelNames: ['kind', 'outcome'],
    registers,
  })
  const acks = new Histogram({
    name: 'slipway_ack_seconds',
    help: 'Time until Slack was acknowledged.',
    labelNames: ['kind'],
    buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 1.5, 3],
    registers,
  })
  const calls = new Counter({
    name: 'slipway_slack_calls_total',
    help: 'Calls of Slack methods, by method and result.',
    labelNames: ['method', 'result'],
    registers,
  })
  const callSeconds = new Histogram({
    name: 'slipway_slack_call_seconds',
    help: 'Time Slack took to answer.',
    labelNames: ['method'],
    buckets: [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  })
  const removed = removedCounters(registers)
  if (deployments) gaugeOf(registry, deploymentsGauge, deployments)
  if (unanswered) gaugeOf(registry, unansweredGauge, unanswered)
  if (reports) gaugeOf(registry, reportsGauge, reports)
  if (workers) sandboxGauge(registry, workers)
  return {
    orderEnded: (kind, outcome) => orders.inc({ kind, outcome }),
    acknowledged: (kind, seconds) => acks.observe({ kind }, seconds),
    slackCalled(method, result, seconds) {
      calls.inc({ method, result })
      callSeconds.observe({ method }, seconds)
    },
    removed(kind, { count, bytes }) {
      removed.count.inc({ kind }, count)
      removed.bytes.inc({ kind }, bytes)
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  }
}

function removedCounters(registers: Registry[]): Record<'count' | 'bytes', Counter<'kind'>> {
  const of = (name: string, help: string): Counter<'kind'> =>
    new Counter({ name, help, labelNames: ['kind'], registers })
  return {
    count: of('slipway_removed_total', 'What retention removed from the database, by kind.'),
    bytes: of('slipway_removed_bytes_total', 'About how many bytes that were.'),
  }
}

const deploymentsGauge = { name: 'slipway_deployments', help: 'Deployments by state.' }
const unansweredGauge = {
  name: 'slipway_orders_unanswered',
  help: 'Orders without an answer: new, slow (over a minute) or parked (over an hour).',
}
const reportsGauge = {
  name: 'slipway_github_reports',
  help: 'Reports to GitHub that are not made: waiting, or given up.',
}

function gaugeOf(
  registry: Registry,
  named: { readonly name: string; readonly help: string },
  count: () => Promise<Readonly<Record<string, number>>>,
): void {
  const gauge = new Gauge({
    ...named,
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      // A database outage must not hide all other metrics.
      const counts = await count().catch(() => null)
      if (counts === null) return
      for (const [state, number] of Object.entries(counts)) gauge.set({ state }, number)
    },
  })
}

function sandboxGauge(registry: Registry, workers: () => Promise<readonly WorkerStatus[]>): void {
  const gauge = new Gauge({
    name: 'slipway_sandbox',
    help: '1 for each worker, by what keeps the commands of its stages apart.',
    labelNames: ['host', 'sandbox', 'network'],
    registers: [registry],
    async collect() {
      const known = await workers().catch(() => null)
      if (known === null) return
      gauge.reset()
      for (const { host, kind, network } of known) gauge.set({ host, sandbox: kind, network }, 1)
    },
  })
}
