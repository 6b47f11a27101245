/** Whether and how traces of orders are sent to an OpenTelemetry collector, from its standard variables. */
import type { TraceSettings } from '../domain/traces.js'
import { readOptional, type VariableReader } from './variables.js'

const ENDPOINTS = ['OTEL_EXPORTER_OTLP_TRACES_ENDPOINT', 'OTEL_EXPORTER_OTLP_ENDPOINT']
const PROTOCOLS = ['OTEL_EXPORTER_OTLP_TRACES_PROTOCOL', 'OTEL_EXPORTER_OTLP_PROTOCOL']
const SAMPLERS = /^(?:parentbased_)?(always_on|always_off|traceidratio)$/

/** Null: tracing is off. */
export function readTraces(reader: VariableReader): TraceSettings | null {
  const isOff =
    readOptional(reader, 'OTEL_SDK_DISABLED')?.toLowerCase() === 'true' ||
    readOptional(reader, 'OTEL_TRACES_EXPORTER') === 'none'
  if (isOff || !ENDPOINTS.some((variable) => readOptional(reader, variable) !== null)) return null
  return { protocol: readProtocol(reader), ratio: readRatio(reader) }
}

function readProtocol(reader: VariableReader): TraceSettings['protocol'] {
  for (const variable of PROTOCOLS) {
    const text = readOptional(reader, variable)
    if (text === 'http/json' || text === 'http/protobuf') return text
    if (text === null) continue
    const fix = 'set http/protobuf or http/json, and the address at which the collector speaks it'
    reader.problems.push({ variable, message: 'is not spoken here', fix })
    break
  }
  return 'http/protobuf'
}

function readRatio(reader: VariableReader): number {
  const text = readOptional(reader, 'OTEL_TRACES_SAMPLER')
  const [, sampler] = SAMPLERS.exec(text ?? 'always_on') ?? []
  if (sampler === undefined) {
    const fix = 'set always_on, always_off or traceidratio, with or without parentbased_ before it'
    reader.problems.push({ variable: 'OTEL_TRACES_SAMPLER', message: 'is not known here', fix })
  }
  if (sampler !== 'traceidratio') return sampler === 'always_off' ? 0 : 1
  const ratio = Number(readOptional(reader, 'OTEL_TRACES_SAMPLER_ARG') ?? '1')
  if (ratio >= 0 && ratio <= 1) return ratio
  const fix = 'set a number from 0 to 1'
  reader.problems.push({ variable: 'OTEL_TRACES_SAMPLER_ARG', message: 'is not in range', fix })
  return 1
}
