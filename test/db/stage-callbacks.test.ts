import { createHmac } from 'node:crypto'
import { createServer, type Server } from 'node:http'
import { text } from 'node:stream/consumers'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { callbackOf, stageCallbacks } from '../../compose/stage-callbacks.js'
import { stageLog } from '../../db/queries/deployment-log.js'
import { appendStageLog } from '../../db/repositories/stage-logs.js'
import { openStageCalls } from '../../db/stage-calls.js'
import type { AppName } from '../../domain/identifiers.js'
import type { StageOrder } from '../../domain/ports.js'
import { createMetrics } from '../../http/metrics.js'
import { createHttpServer, type HttpServer } from '../../http/server.js'
import { type Callback, createHttpRunner } from '../../integrations/stage-runners/http-runner.js'
import { type RecordedContact, recordContact } from '../integrations/support/stage-contacts.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { prune } from '../support/retention.js'
import { eventually } from '../support/until.js'

const settings = (publicUrl: string | null) => ({
  http: {
    host: '127.0.0.1',
    port: 0,
    apiToken: null,
    publicUrl,
    webhookSecret: 'a secret of this installation',
  },
})

describe.each(testDatabases())('stages that are called back, on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  let bot: HttpServer
  let address = ''
  let elsewhere: Elsewhere
  let number = 0

  beforeAll(async () => {
    open = await readyDatabase(kind)
    bot = createHttpServer({
      redact: String,
      host: '127.0.0.1',
      port: 0,
      access: { apiToken: null, publicUrl: null, linkKey: () => Promise.resolve(null) },
      apps: () => [],
      timezone: () => 'UTC',
      reads: {} as never,
      dora: () => Promise.resolve(null),
      roadmap: () => Promise.resolve(null),
      metrics: createMetrics({ ofProcess: false, deployments: () => Promise.resolve({}) }),
      ready: () => Promise.resolve({}),
      workers: () => Promise.resolve([]),
      webhooks: stageCallbacks(settings(null), open.db),
    })
    address = `http://127.0.0.1:${await bot.listen()}`
    elsewhere = await startElsewhere()
  })
  afterEach(() => elsewhere.started.clear())
  afterAll(async () => {
    elsewhere.close()
    await bot.close()
    await open.close()
  })

  /** One worker that runs the stage: what it writes goes to the database, where the next one finds it. */
  const worker = (key: string, timeoutMs = 60_000) => {
    const contact = contactOn(open, key)
    const order: StageOrder = {
      key,
      app: 'shop' as AppName,
      artifact: null,
      stage: 'patch',
      run: { kind: 'http', url: elsewhere.url, method: 'POST', secret: null },
      timeoutMs,
      workspace: '/nonexistent',
      variables: {},
      redact: ['hush hush'],
    }
    const runner = createHttpRunner({
      calls: openStageCalls(open.db),
      callback: callbackOf(settings(address)),
      secret: () => null,
      pollMs: 10,
    })
    return { contact, report: runner.execute(order, contact) }
  }
  const newKey = (): string => `dep_${++number}/patch/1`
  const startedBy = async (key: string): Promise<Callback> => {
    await eventually(() => elsewhere.started.has(key))
    return elsewhere.started.get(key)?.[0] ?? { url: '', secret: '' }
  }
  const accepted = (key: string) => eventually(async () => (await stageLog(open.db, key)).includes('202'))

  test('[S2.21] [R.8] a stage is started once and ends by the first callback, whatever is repeated, forged or lost', async () => {
    const key = newKey()
    const first = worker(key)
    const { url, secret } = await startedBy(key)
    await accepted(key)
    first.contact.detach()
    await expect(first.report).rejects.toThrow('goes on')
    const before = elsewhere.looks()
    const second = worker(key)
    await eventually(() => elsewhere.looks() > before)
    const passed = JSON.stringify({
      status: 'passed',
      outputs: { url: 'http://x' },
      log: 'all well, hush hush',
    })

    const forged = [
      await callBack(url, passed, 'another secret'),
      await callBack(url.replace('patch', 'check'), passed, secret),
      await callBack(`${address}/webhooks/stages`, passed, secret),
      await callBack(
        `${address}/webhooks/stages?key=dep_none%2Fpatch%2F1`,
        passed,
        secretFor('dep_none/patch/1'),
      ),
    ]
    expect(forged).toEqual([401, 401, 401, 401])
    const sent = [
      ...(await Promise.all([1, 2, 3].map(() => callBack(url, passed, secret)))),
      await callBack(url, JSON.stringify({ status: 'failed' }), secret),
    ]
    expect(sent).toEqual([202, 202, 202, 202])

    expect(await second.report).toMatchObject({
      exit: { kind: 'exited', code: 0 },
      outputs: { url: 'http://x' },
    })
    expect((await worker(key).report).exit).toEqual({ kind: 'exited', code: 0 })
    expect(elsewhere.started.get(key)).toHaveLength(1)
    expect(await stageLog(open.db, key)).toMatch(/^POST \S+: 202\nall well, \*+\n$/)
    const [row] = await open.db.selectFrom('stage_calls').selectAll().where('key', '=', key).execute()
    expect(JSON.stringify(row)).not.toContain('hush')
  })

  test('[R.9] an aborted or late stage is ended where it runs, and what is called back afterwards changes nothing', async () => {
    const aborted = newKey()
    const stage = worker(aborted)
    const callback = await startedBy(aborted)
    await accepted(aborted)
    stage.contact.cancel()
    expect((await stage.report).exit).toEqual({ kind: 'cancelled' })

    const late = newKey()
    expect((await worker(late, 1).report).exit).toEqual({ kind: 'timed-out', afterMs: 1 })
    expect(elsewhere.ended).toEqual([aborted, late])
    expect(await callBack(callback.url, JSON.stringify({ status: 'passed' }), callback.secret)).toBe(202)
    expect(await openStageCalls(open.db).endOf(aborted)).toBeNull()
  })

  test('calls are forgotten once they are old', async () => {
    const key = newKey()
    await openStageCalls(open.db).begin(key)
    expect(await prune(open.db, 'calls', 1)).toBe(0)
    await open.db
      .updateTable('stage_calls')
      .set({ begun_at: new Date(0) } as never)
      .where('key', '=', key)
      .execute()

    expect(await prune(open.db, 'calls', 1)).toBe(1)
  })
})

const secretFor = (key: string): string => callbackOf(settings('http://x'))(key)?.secret ?? ''

async function callBack(url: string, body: string, secret: string): Promise<number> {
  const signature = createHmac('sha256', secret).update(body).digest('hex')
  const { status } = await fetch(url, {
    method: 'POST',
    body,
    headers: { 'x-slipway-signature': `sha256=${signature}` },
  })
  return status
}

/** A contact whose log is the database's, as a worker's is. */
function contactOn({ db }: ReadyDatabase, key: string): RecordedContact {
  return {
    ...recordContact(),
    log: (at, piece) => appendStageLog(db, { key, at, text: piece }),
    logged: () => stageLog(db, key),
  }
}

interface Elsewhere {
  readonly url: string
  /** The callbacks of the stages by key, one for each time a start was asked for. */
  readonly started: Map<string, Callback[]>
  /** Keys of what was told to end. */
  readonly ended: string[]
  /** How often anybody looked at a stage. */
  looks(): number
  close(): void
}

/** A service that runs stages: it answers 202 and names a place, and its stages never end by themselves. */
async function startElsewhere(): Promise<Elsewhere> {
  const started = new Map<string, Callback[]>()
  const ended: string[] = []
  let looks = 0
  const server: Server = createServer((request, response) => {
    void text(request).then((body) => {
      const key = String(request.headers['idempotency-key'])
      if (request.method === 'DELETE') ended.push(key)
      if (request.method === 'GET') looks++
      if (request.method === 'POST') {
        const { callback } = JSON.parse(body) as { callback: Callback }
        started.set(key, [...(started.get(key) ?? []), callback])
      }
      response.writeHead(request.method === 'POST' ? 202 : 200, { location: '/jobs/1' })
      response.end('{"status":"running"}')
    })
  })
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  const at = server.address()
  const url = `http://127.0.0.1:${typeof at === 'object' && at ? at.port : 0}`
  return { url, started, ended, looks: () => looks, close: () => server.close().closeAllConnections() }
}
