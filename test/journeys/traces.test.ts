/** Somebody who speaks OpenTelemetry follows an order from the press to the card. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { alice } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { type RecordedSpan, startTraceRecorder, type TraceRecorder } from '../support/trace-recorder.js'
import { until } from '../support/until.js'

const KEY = 'the-key-of-the-collector'
/** Each stage says what it was told. */
const telling = (yaml: string): string =>
  withoutPushes(yaml).replaceAll(
    'setup: { run: deploy/setup.sh,',
    'setup: { run: "echo told $TRACEPARENT; deploy/setup.sh",',
  )

let recorder: TraceRecorder
let stack: Stack
let drive: Drive
beforeAll(async () => {
  recorder = await startTraceRecorder()
  stack = await startStack({
    processes: 'bot-and-worker',
    configure: telling,
    variables: {
      ...recorder.variables,
      OTEL_SERVICE_NAME: 'releases',
      OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer%20${KEY}`,
    },
  })
  drive = driveOf(stack)
})
afterAll(async () => {
  await stack?.close()
  await recorder?.stop()
})

const traceOf = (first: string): readonly RecordedSpan[] => {
  const root = recorder.spans().find(({ name }) => name === first)
  return recorder.spans().filter(({ trace }) => trace === root?.trace)
}
const named = (trace: readonly RecordedSpan[], name: string): RecordedSpan | undefined =>
  trace.find((span) => span.name === name)

test('[C.5] one trace leads from a press to the card, through every stage, and another one from the command before it', async () => {
  const commit = await drive.commit({})
  const version = await drive.cut('To be followed')
  await drive.reaches(version, 'integration', 'accepted')
  await drive.shop.press(alice, /Promote to staging/, version)
  await drive.reaches(version, 'staging', 'awaiting_acceptance')
  await drive.shop.cardSays(/staging.*waits for acceptance|awaiting/is, version)
  const pressed = await until('the card after the stages, in the trace', () => {
    const trace = traceOf('record promote')
    const check = trace.find(({ about }) => about['slipway.stage'] === 'check')
    return check && trace.some(({ name, at }) => name === 'slack: card' && at > check.at) ? trace : null
  })

  const [root, ...more] = pressed.filter(({ parent }) => parent === null)
  expect(more).toEqual([])
  expect(root).toMatchObject({
    name: 'record promote',
    about: { 'slipway.order': 'press' },
    service: 'releases',
  })
  const ids = new Set(pressed.map(({ id }) => id))
  expect(pressed.filter(({ parent }) => parent !== null && !ids.has(parent))).toEqual([])
  const carried = named(pressed, 'carry out promote')
  expect(named(pressed, 'update promote')).toMatchObject({ parent: carried?.id })
  const stages = pressed.filter(({ name }) => name === 'runStage')
  expect(stages.map(({ about }) => about['slipway.stage'])).toEqual(['setup', 'check'])
  expect(pressed.map(({ name }) => name)).toEqual(
    expect.arrayContaining(['startOnHost', 'recordChange', 'slack: answer', 'slack: card']),
  )

  const cut = traceOf('record cut')
  expect(cut[0]?.trace).not.toBe(root?.trace)
  expect(cut.map(({ name }) => name)).toEqual(expect.arrayContaining(['carry out cut', 'build', 'runStage']))

  const log = await stageLog(version, 'staging')
  expect(log).toContain(`told 00-${root?.trace}-${stages[0]?.id}-01`)
  expect(await drive.done(commit, 'staging')).toHaveLength(3)
  expect(stack.log()).toMatch(new RegExp(`"trace_id":"${root?.trace}".*An order was carried out`))
  expect(recorder.signedIn()).toContain(`Bearer ${KEY}`)
  expect(JSON.stringify(recorder.spans())).not.toContain(KEY)
  expect(stack.log()).not.toContain(KEY)
})

async function stageLog(version: string, environment: string): Promise<string> {
  const { id } = await drive.reaches(version, environment, 'awaiting_acceptance')
  const rows = await stack.database.db
    .selectFrom('stage_logs')
    .select('text')
    .where('key', 'like', `${id}/setup/%`)
    .execute()
  return rows.map(({ text }) => text).join('')
}
