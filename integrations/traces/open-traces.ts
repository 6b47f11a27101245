/** Steps as OpenTelemetry spans. Its packages are loaded with this file, so only if tracing is on. */
import { AsyncLocalStorage } from 'node:async_hooks'
import { createHash } from 'node:crypto'
import {
  type Context,
  ROOT_CONTEXT,
  type Span,
  type SpanContext,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  type Tracer,
  trace,
} from '@opentelemetry/api'
import { OTLPTraceExporter as JsonExporter } from '@opentelemetry/exporter-trace-otlp-http'
import { OTLPTraceExporter as ProtobufExporter } from '@opentelemetry/exporter-trace-otlp-proto'
import { detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources'
import {
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  ParentBasedSampler,
  RandomIdGenerator,
  type Sampler,
  SamplingDecision,
  type SpanExporter,
  TraceIdRatioBasedSampler,
} from '@opentelemetry/sdk-trace-base'
import type { Step, TraceSettings, Traces } from '../../domain/traces.js'

/** Its exporter reads from `OTEL_…` how to reach the collector. */
export interface TracesOptions extends TraceSettings {
  /** Blanks the secrets in a text. */
  readonly redact: (text: string) => string
  /** Called when the collector does not accept what is sent. */
  readonly onTrouble: (error: unknown) => void
}

/** How long a shutdown waits for unsent spans. */
const CLOSE_MS = 3_000

/**
 * The ids of an order's trace are derived from its key, so that every process that runs a step of it knows them
 * without being told.
 */
export function openTraces({ protocol, ratio, redact, onTrouble }: TracesOptions): Traces {
  const ids = new OrderIds()
  const sampler = new TraceIdRatioBasedSampler(ratio)
  const provider = openProvider({ protocol, onTrouble }, { ids, sampler })
  const tracer = provider.getTracer('slipway')
  const current = new AsyncLocalStorage<Span>()
  const follow = new Following(tracer, current, redact)
  return {
    begin: async (order, step, { run, isNew }) => {
      const { traceId, spanId } = rootOf(order)
      const startTime = Date.now()
      const result = await run()
      if (isNew(result))
        ids
          .next({ traceId, spanId }, () =>
            tracer.startSpan(
              step.name,
              { kind: SpanKind.SERVER, startTime, attributes: { ...step.about } },
              ROOT_CONTEXT,
            ),
          )
          .end()
      return result
    },
    step: async (order, step, run, isWaiting = () => false) => {
      // Tracing must never prevent work.
      const key = await order().catch(() => null)
      if (key === null) return run()
      const root = rootOf(key)
      // Sampling depends on the trace id alone, so that every process decides the same.
      const isSampled =
        sampler.shouldSample(ROOT_CONTEXT, root.traceId).decision === SamplingDecision.RECORD_AND_SAMPLED
      const traceFlags = isSampled ? TraceFlags.SAMPLED : TraceFlags.NONE
      const parent = trace.setSpanContext(ROOT_CONTEXT, { ...root, traceFlags, isRemote: true })
      return follow.in(parent, step, run, isWaiting)
    },
    part: (step, run) => {
      const around = current.getStore()
      if (around === undefined) return run()
      return follow.in(trace.setSpan(ROOT_CONTEXT, around), step, run, () => false)
    },
    parent: () => {
      const around = current.getStore()
      return around === undefined ? null : traceparent(around.spanContext())
    },
    ids: () => {
      const around = current.getStore()?.spanContext()
      return around === undefined ? {} : { trace_id: around.traceId, span_id: around.spanId }
    },
    close: async () => {
      const late = new Promise<void>((resolve) => setTimeout(resolve, CLOSE_MS).unref())
      await Promise.race([provider.shutdown().catch(onTrouble), late])
    },
  }
}

function openProvider(
  { protocol, onTrouble }: Pick<TracesOptions, 'protocol' | 'onTrouble'>,
  { ids, sampler }: { readonly ids: IdGenerator; readonly sampler: Sampler },
): BasicTracerProvider {
  const exporter = protocol === 'http/json' ? new JsonExporter() : new ProtobufExporter()
  return new BasicTracerProvider({
    idGenerator: ids,
    sampler: new ParentBasedSampler({ root: sampler }),
    resource: resourceFromAttributes({ 'service.name': 'slipway' }).merge(
      detectResources({ detectors: [envDetector] }),
    ),
    spanProcessors: [new BatchSpanProcessor(watched(exporter, onTrouble))],
  })
}

/** Runs steps, each within its span. */
class Following {
  private readonly tracer: Tracer
  private readonly current: AsyncLocalStorage<Span>
  private readonly redact: TracesOptions['redact']

  constructor(tracer: Tracer, current: AsyncLocalStorage<Span>, redact: TracesOptions['redact']) {
    this.tracer = tracer
    this.current = current
    this.redact = redact
  }

  async in<Result>(
    parent: Context,
    { name, about }: Step,
    run: () => Promise<Result>,
    isWaiting: (error: unknown) => boolean,
  ): Promise<Result> {
    const span = this.tracer.startSpan(name, { attributes: { ...about } }, parent)
    try {
      const result = await this.current.run(span, run)
      span.end()
      return result
    } catch (error) {
      // A span that is not ended is not sent.
      if (isWaiting(error)) throw error
      const message = this.redact(error instanceof Error ? error.message : String(error))
      span.setStatus({ code: SpanStatusCode.ERROR, message })
      span.end()
      throw error
    }
  }
}

interface Ids {
  readonly traceId: string
  readonly spanId: string
}

function rootOf(order: string): Ids {
  const hex = createHash('sha256').update(`trace of ${order}`).digest('hex')
  return { traceId: hex.slice(0, 32), spanId: hex.slice(32, 48) }
}

const traceparent = ({ traceId, spanId, traceFlags }: SpanContext): string =>
  `00-${traceId}-${spanId}-0${traceFlags & TraceFlags.SAMPLED}`

/** Random ids, except for the root span of an order. */
class OrderIds implements IdGenerator {
  private readonly random = new RandomIdGenerator()
  private given: Ids | null = null

  next(ids: Ids, start: () => Span): Span {
    this.given = ids
    try {
      return start()
    } finally {
      this.given = null
    }
  }

  readonly generateTraceId = (): string => this.given?.traceId ?? this.random.generateTraceId()
  readonly generateSpanId = (): string => this.given?.spanId ?? this.random.generateSpanId()
}

function watched(exporter: SpanExporter, onTrouble: (error: unknown) => void): SpanExporter {
  let isTroubled = false
  return {
    export: (spans, done) =>
      exporter.export(spans, (result) => {
        if (result.error !== undefined && !isTroubled) onTrouble(result.error)
        isTroubled = result.error !== undefined
        done(result)
      }),
    shutdown: () => exporter.shutdown(),
    forceFlush: () => exporter.forceFlush?.() ?? Promise.resolve(),
  }
}
