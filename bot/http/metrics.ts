/** What Prometheus reads. Kinds and results only: no label ever holds a person, a title or a version. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

export interface Metrics {
  /** An order ended: its kind, and `done` or the code of its refusal. */
  readonly orderEnded: (kind: string, outcome: string) => void
  /** From Slack's request to our acknowledgement: `command`, `press`, `submission`, `event`. */
  readonly acknowledged: (kind: string, seconds: number) => void
  /** A call of Slack's: its method, `ok` or the kind of fault. */
  readonly slackCalled: (method: string, result: string, seconds: number) => void
  readonly text: () => Promise<{ readonly type: string; readonly body: string }>
}

export interface MetricsOptions {
  /** How many deployments are in each state; asked at each scrape. */
  readonly deployments?: () => Promise<Readonly<Record<string, number>>>
  /** Node's own metrics too; they need a process of their own. */
  readonly ofProcess?: boolean
}

export function createMetrics({ deployments, ofProcess = true }: MetricsOptions = {}): Metrics {
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
  if (deployments) gaugeOf(registry, deployments)
  return {
    orderEnded: (kind, outcome) => orders.inc({ kind, outcome }),
    acknowledged: (kind, seconds) => acks.observe({ kind }, seconds),
    slackCalled(method, result, seconds) {
      calls.inc({ method, result })
      callSeconds.observe({ method }, seconds)
    },
    text: async () => ({ type: registry.contentType, body: await registry.metrics() }),
  }
}

function gaugeOf(registry: Registry, deployments: () => Promise<Readonly<Record<string, number>>>): void {
  const gauge = new Gauge({
    name: 'slipway_deployments',
    help: 'Deployments by state.',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      // A database that is down must not hide all other numbers.
      const counts = await deployments().catch(() => null)
      if (counts === null) return
      for (const [state, count] of Object.entries(counts)) gauge.set({ state }, count)
    },
  })
}
