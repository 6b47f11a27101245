/** An OpenTelemetry collector that stores what it receives: OTLP over HTTP, as JSON. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'

const value = z.object({ stringValue: z.string().optional(), intValue: z.coerce.number().optional() })
const attributes = z.array(z.object({ key: z.string(), value })).default([])
const body = z.object({
  resourceSpans: z.array(
    z.object({
      resource: z.object({ attributes }),
      scopeSpans: z.array(
        z.object({
          spans: z.array(
            z.object({
              traceId: z.string(),
              spanId: z.string(),
              parentSpanId: z.string().optional(),
              name: z.string(),
              startTimeUnixNano: z.coerce.number(),
              attributes,
              status: z.object({ code: z.number().default(0), message: z.string().default('') }),
            }),
          ),
        }),
      ),
    }),
  ),
})

export interface RecordedSpan {
  readonly trace: string
  readonly id: string
  /** Null for the root span. */
  readonly parent: string | null
  readonly name: string
  /** Milliseconds since 1970. */
  readonly at: number
  readonly about: Readonly<Record<string, string | number>>
  readonly failed: string | null
  readonly service: string
}

export interface TraceRecorder {
  /** The variables that make Slipway send its traces here immediately. */
  readonly variables: Readonly<Record<string, string>>
  readonly spans: () => readonly RecordedSpan[]
  /** The headers of its requests. */
  readonly signedIn: () => readonly (string | undefined)[]
  stop(): Promise<void>
}

export async function startTraceRecorder(): Promise<TraceRecorder> {
  const spans: RecordedSpan[] = []
  const signedIn: (string | undefined)[] = []
  const record = (text: string): void => {
    for (const { resource, scopeSpans } of body.parse(JSON.parse(text)).resourceSpans)
      for (const one of scopeSpans.flatMap((scope) => scope.spans))
        spans.push({
          ...{ trace: one.traceId, id: one.spanId, name: one.name, at: one.startTimeUnixNano / 1e6 },
          parent: one.parentSpanId || null,
          about: factsOf(one.attributes),
          failed: one.status.code === 2 ? one.status.message : null,
          service: String(factsOf(resource.attributes)['service.name']),
        })
  }
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    const { url, headers } = request
    signedIn.push(headers.authorization)
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const isKnown = url === '/v1/traces' && headers['content-type'] === 'application/json'
      if (isKnown) record(Buffer.concat(chunks).toString())
      response.writeHead(isKnown ? 200 : 404, { 'content-type': 'application/json' }).end('{}')
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    variables: {
      OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${port}`,
      OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
      OTEL_BSP_SCHEDULE_DELAY: '100',
    },
    spans: () => spans,
    signedIn: () => signedIn,
    stop: async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

const factsOf = (list: z.infer<typeof attributes>): RecordedSpan['about'] =>
  Object.fromEntries(
    list.map(({ key, value: { stringValue, intValue } }) => [key, stringValue ?? intValue ?? '']),
  )
