/** Steps as spans, at a collector that keeps them. */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { followActivities, openTraces as openFor } from '../../compose/traces.js'
import { readWorkerEnvironment } from '../../config.js'
import type { AppName } from '../../domain/identifiers.js'
import type { StageOrder } from '../../domain/ports.js'
import { noTraces, type Traces } from '../../domain/traces.js'
import { createHttpRunner } from '../../integrations/stage-runners/http-runner.js'
import { openTraces, type TracesOptions } from '../../integrations/traces/open-traces.js'
import { startTraceRecorder, type TraceRecorder } from '../support/trace-recorder.js'
import { keepCalls } from './support/stage-calls.js'
import { recordContact } from './support/stage-contacts.js'

let recorder: TraceRecorder
beforeEach(async () => {
  recorder = await startTraceRecorder()
  for (const [name, value] of Object.entries(recorder.variables)) vi.stubEnv(name, value)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  await recorder.stop()
})

const open = (changes: Partial<TracesOptions> = {}): Traces =>
  openTraces({
    ...{ protocol: 'http/json', ratio: 1, onTrouble: () => undefined },
    redact: (text) => text.replaceAll('hush', '***'),
    ...changes,
  })

const order = async (): Promise<string> => 'press/1'

describe('what is done for an order', () => {
  test('[C.5] is one trace, whichever process does it, and a failure has no secret', async () => {
    const [bot, worker] = [open(), open()]
    await bot.begin('press/1', { name: 'record' }, { run: async () => 'stored', isNew: () => true })
    await bot.begin('press/1', { name: 'again' }, { run: async () => 'joined', isNew: () => false })
    const told = await worker.step(order, { name: 'stage', about: { run: 1 } }, async () => {
      await worker.part({ name: 'inside' }, async () => undefined)
      return { parent: worker.parent(), ids: worker.ids() }
    })
    const failing = worker.step(order, { name: 'fails' }, () => Promise.reject(new Error('no hush')))
    await expect(failing).rejects.toThrow('no hush')
    await Promise.all([bot.close(), worker.close()])

    const spans = new Map(recorder.spans().map((span) => [span.name, span]))
    const [first, stage] = [spans.get('record'), spans.get('stage')]
    expect([...spans.keys()].toSorted()).toEqual(['fails', 'inside', 'record', 'stage'])
    expect(first).toMatchObject({ parent: null, service: 'slipway' })
    expect(stage).toMatchObject({ trace: first?.trace, parent: first?.id, about: { run: 1 } })
    expect(spans.get('inside')).toMatchObject({ trace: first?.trace, parent: stage?.id })
    expect(spans.get('fails')).toMatchObject({ trace: first?.trace, failed: 'no ***' })
    expect(told).toEqual({
      parent: `00-${first?.trace}-${stage?.id}-01`,
      ids: { trace_id: first?.trace, span_id: stage?.id },
    })
  })

  test('is told of nobody where no order is known, of which only waits, and of what is not sampled', async () => {
    const traces = open()
    const nobody = async (): Promise<null> => null
    const away = (): Promise<never> => Promise.reject(new Error('PostgreSQL is away'))
    expect(await traces.step(nobody, { name: 'a' }, async () => traces.parent())).toBeNull()
    expect(await traces.step(away, { name: 'b' }, async () => 'done')).toBe('done')
    expect(await traces.part({ name: 'c' }, async () => traces.ids())).toEqual({})
    const waits = traces.step(order, { name: 'd' }, away, () => true)
    await expect(waits).rejects.toThrow('away')
    await traces.close()
    const rare = open({ ratio: 0 })
    await rare.begin('press/1', { name: 'e' }, { run: async () => 1, isNew: () => true })
    expect(await rare.step(order, { name: 'f' }, async () => rare.parent())).toMatch(/-00$/)
    await rare.close()

    expect(recorder.spans()).toEqual([])
  })

  test('is done anyway when the collector takes nothing, which is said once', async () => {
    await recorder.stop()
    vi.stubEnv('OTEL_EXPORTER_OTLP_TIMEOUT', '200')
    const troubles: unknown[] = []
    const traces = open({ onTrouble: (error) => troubles.push(error) })
    for (const name of ['a', 'b']) {
      expect(await traces.step(order, { name }, async () => 'done')).toBe('done')
      await new Promise((resolve) => setTimeout(resolve, 500))
    }
    await traces.close()

    expect(troubles).toHaveLength(1)
  })
})

test('[C.5] a stage elsewhere is told whose trace it is in each call, where somebody follows', async () => {
  const told: unknown[] = []
  const bodies: string[] = []
  const server = createServer((request, response) => {
    const { method, headers } = request
    told.push(headers['traceparent'])
    request.on('data', (chunk) => bodies.push(String(chunk)))
    const isFirst = method === 'POST'
    const header = { 'content-type': 'application/json', location: '/jobs/1' }
    const answer = { status: isFirst ? 'running' : 'passed' }
    response.writeHead(isFirst ? 202 : 200, header).end(JSON.stringify(answer))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const url = `http://127.0.0.1:${port}`
  const runner = createHttpRunner({
    calls: keepCalls(),
    callback: () => null,
    secret: () => null,
    pollMs: 10,
  })
  const stage = (key: string, variables: StageOrder['variables']): StageOrder => ({
    ...{ key, app: 'shop' as AppName, stage: 'patch', timeoutMs: 20_000, workspace: '/none' },
    ...{ run: { kind: 'http', url, method: 'POST', secret: null }, artifact: null, redact: [], variables },
  })
  await runner.execute(stage('dep_1/patch/1', { A: '1', TRACEPARENT: '00-aa-bb-01' }), recordContact())
  await runner.execute(stage('dep_2/patch/1', {}), recordContact())
  server.close().closeAllConnections()

  expect(told).toEqual(['00-aa-bb-01', '00-aa-bb-01', undefined, undefined])
  // The next attempt of the same key is another span, and its body has to be the same.
  expect(bodies.map((body) => JSON.parse(body).variables)).toEqual([{ A: '1' }, {}])
})

const read = (env: NodeJS.ProcessEnv) =>
  readWorkerEnvironment({
    ...{ DATABASE_URL: 'postgres://u:of-the-test@db/slipway', TEMPORAL_ADDRESS: 'temporal:7233' },
    ...env,
  })
const AT = { OTEL_EXPORTER_OTLP_ENDPOINT: 'http://collector:4318' }

describe('the variables of OpenTelemetry', () => {
  test.each([
    [{}, null],
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' }, null],
    [{ ...AT, OTEL_SDK_DISABLED: 'true' }, null],
    [{ ...AT, OTEL_TRACES_EXPORTER: 'none' }, null],
    [AT, { protocol: 'http/protobuf', ratio: 1 }],
    [
      { ...AT, OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json' },
      { protocol: 'http/json', ratio: 1 },
    ],
    [
      { ...AT, OTEL_TRACES_SAMPLER: 'parentbased_traceidratio', OTEL_TRACES_SAMPLER_ARG: '0.25' },
      { protocol: 'http/protobuf', ratio: 0.25 },
    ],
    [
      { ...AT, OTEL_TRACES_SAMPLER: 'always_off' },
      { protocol: 'http/protobuf', ratio: 0 },
    ],
  ])('%j', (env, traces) => {
    expect(read(env)).toMatchObject({ kind: 'ok', settings: { traces } })
  })

  test.each([
    [{ OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc' }, 'OTEL_EXPORTER_OTLP_PROTOCOL'],
    [{ OTEL_TRACES_SAMPLER: 'xray' }, 'OTEL_TRACES_SAMPLER'],
    [{ OTEL_TRACES_SAMPLER: 'traceidratio', OTEL_TRACES_SAMPLER_ARG: '25' }, 'OTEL_TRACES_SAMPLER_ARG'],
  ])('[O.2] %j is reported', (env, variable) => {
    expect(read({ ...AT, ...env })).toMatchObject({ kind: 'problems', problems: [{ variable }] })
  })

  test('without them nothing is loaded and no activity is followed; without the packages the start says how to get them', async () => {
    const needs = { environment: {}, redact: String, onTrouble: () => undefined }
    const missing = Object.assign(new Error('no package'), { code: 'ERR_MODULE_NOT_FOUND' })
    const load = (): Promise<never> => Promise.reject(missing)

    expect(await openFor({ ...needs, settings: { traces: null } }, load)).toBe(noTraces)
    expect(followActivities(noTraces, {} as never)).toBeNull()
    await expect(
      openFor({ ...needs, settings: { traces: { protocol: 'http/json', ratio: 1 } } }, load),
    ).rejects.toMatchObject({ name: 'StartProblem', message: expect.stringMatching(/npm install/) })
  })
})
