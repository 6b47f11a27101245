import { afterEach, describe, expect, test } from 'vitest'
import type { AuditView } from '../../domain/views.js'
import type { ApiReads } from '../../http/api-reads.js'
import { createMetrics } from '../../http/metrics.js'
import { createHttpServer, type HttpOptions } from '../../http/server.js'
import { signLink } from '../../http/signed-link.js'
import { type Answer, ask } from '../support/ask-server.js'
import {
  ALICE,
  AT,
  aDeployment,
  aPipeline,
  aRelease,
  aStage,
  deploymentId,
  environmentName,
  noBuilds,
  QUINN,
  SHOP,
} from '../support/release-views.js'

const LOG = `/api/v1/deployments/${deploymentId(2)}/log`
const secret = 'what links are signed with at the moment'

const current = aDeployment({
  number: 2,
  environment: environmentName('staging'),
  ...{ decidedBy: QUINN, decidedAt: AT },
  stages: [aStage()],
})
const view = aRelease({
  deletable: false,
  blockedBy: [environmentName('staging')],
  deployments: [aDeployment(), current],
  links: [{ from: environmentName('integration'), to: environmentName('staging'), at: AT, by: ALICE }],
  environments: aPipeline({ staging: { current } }),
})
const about = { app: SHOP, releaseId: view.id, deploymentId: null, environment: null }
const facts = { version: '2026.11.3', title: 'Summer sale' }
const event: AuditView = { id: '7', at: AT, actor: ALICE, kind: 'release.cut', ...about, facts }

const reads: ApiReads = {
  environments: () => Promise.resolve(view.environments),
  releases: (_app, { state }) => Promise.resolve(state === undefined || state === view.state ? [view] : []),
  release: (_app, name) => Promise.resolve(name === view.version ? view : null),
  notes: () =>
    Promise.resolve({
      sections: { fixes: '- Mend <it>' },
      candidate: 1,
      edited: null,
      edits: [],
      frozen: false,
    }),
  events: () => Promise.resolve([event]),
  deployment: (id) => Promise.resolve(id === current.id ? current : null),
  log: (id) => Promise.resolve(id === current.id ? 'line <1>\nline 2\n' : null),
  ...noBuilds,
}

const options: HttpOptions = {
  redact: String,
  host: '127.0.0.1',
  port: 0,
  access: { apiToken: null, publicUrl: null, linkKey: () => Promise.resolve(null) },
  apps: () => [SHOP],
  reads,
  timezone: () => 'UTC',
  dora: () => Promise.resolve(null),
  roadmap: () => Promise.resolve(null),
  metrics: createMetrics({ ofProcess: false, deployments: () => Promise.resolve({ running: 2 }) }),
  ready: () => Promise.resolve({ database: true }),
  workers: () => Promise.resolve([]),
}

const open: { close(): Promise<void> }[] = []
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()))
})

async function start(over: Partial<HttpOptions> = {}): Promise<number> {
  const server = createHttpServer({
    ...options,
    ...over,
  })
  open.push(server)
  return server.listen()
}

const json = ({ body }: Answer): unknown => JSON.parse(body)

describe('what the read API says', () => {
  test('what runs where', async () => {
    const answer = await ask(await start(), '/api/v1/apps/shop/environments')
    expect(answer.status).toBe(200)
    expect(json(answer)).toMatchObject([
      { name: 'integration', position: 0, mode: 'continuous', current: null },
      {
        name: 'staging',
        position: 1,
        mode: 'approval',
        state: 'ready',
        setupRequired: false,
        current: {
          deployment: deploymentId(2),
          version: '2026.11.3',
          candidate: '2026.11.3-rc.1',
          commit: current.commit,
          artifactDigest: current.artifactDigest,
          since: AT,
          acceptedBy: QUINN,
        },
        ...{ lock: null, hold: null, expiresAt: null, rollbackTo: null },
      },
      { name: 'production' },
    ])
  })

  test('a release by its version has exactly the documented fields', async () => {
    const port = await start()
    const answer = json(await ask(port, '/api/v1/apps/shop/releases/2026.11.3'))
    const fields =
      'id version title description type phase state deletable blockedBy candidates tag offTrunk commits links deployments plannedAt releasedAt phases schedule gates promotable'
    expect(Object.keys(answer as object)).toEqual(fields.split(' '))
    expect(answer).toMatchObject({
      deletable: false,
      blockedBy: ['staging'],
      candidates: [{ name: '2026.11.3-rc.1', state: 'ready', tag: null }],
      tag: null,
      links: [{ from: 'integration', to: 'staging', at: AT, by: ALICE }],
      deployments: [
        { id: deploymentId(1), number: 1, environment: 'integration', kind: 'promote', state: 'accepted' },
        { id: deploymentId(2), candidate: '2026.11.3-rc.1' },
      ],
      gates: [],
      promotable: [{ candidate: '2026.11.3-rc.1', environment: 'production' }],
    })
    expect(json(await ask(port, '/api/v1/apps/shop/releases'))).toEqual([answer])
    expect(json(await ask(port, '/api/v1/apps/shop/releases?state=released'))).toEqual([])
  })

  test('the chain of events, a deployment and its log', async () => {
    const port = await start()
    expect(json(await ask(port, '/api/v1/apps/shop/releases/2026.11.3/events'))).toMatchObject([
      {
        at: AT,
        actor: ALICE,
        kind: 'release.cut',
        facts: { version: '2026.11.3' },
        says: 'Cut 2026.11.3 “Summer sale”.',
      },
    ])
    expect(json(await ask(port, `/api/v1/deployments/${deploymentId(2)}`))).toMatchObject({
      state: 'accepted',
      stages: [{ stage: 'patch', attempt: 1, run: 1, outcome: 'passed', startedAt: AT, finishedAt: AT }],
    })
    const log = await ask(port, LOG)
    expect(log.type).toMatch(/^text\/plain/)
    expect(log.body).toBe('line <1>\nline 2\n')
  })

  test.each([
    ['/api/v1/apps/nothing/environments', 404],
    ['/api/v1/apps/shop/releases/9.9.9', 404],
    ['/api/v1/apps/shop/releases?state=gone', 400],
    ['/api/v1/deployments/dep_none', 404],
    ['/api/v1/deployments/..%2f..%2fetc/log', 404],
    ['/elsewhere', 404],
  ])('%s is refused with what to do next', async (path, status) => {
    const answer = await ask(await start(), path)
    expect(answer.status).toBe(status)
    expect(json(answer)).toEqual({
      error: { code: expect.any(String), message: expect.any(String), next: expect.any(String) },
    })
  })

  test('a fault inside says nothing about itself', async () => {
    const faults: unknown[] = []
    const broken = { ...reads, environments: () => Promise.reject(new Error('password=hunter2')) }
    const port = await start({ reads: broken, onError: (error) => faults.push(error) })
    const answer = await ask(port, '/api/v1/apps/shop/environments')
    expect(answer.status).toBe(500)
    expect(answer.body).not.toContain('hunter2')
    expect(faults).toHaveLength(1)
  })
})

describe('who may ask', () => {
  const remote = {
    host: '0.0.0.0',
    access: {
      apiToken: 'an api token',
      publicUrl: 'https://slipway.test',
      linkKey: () => Promise.resolve(secret),
    },
  }
  const viaProxy = { host: 'slipway.test', 'x-forwarded-for': '203.0.113.9' }

  test('a page of somebody else pointed at this machine is turned away', async () => {
    const port = await start()
    const answer = await ask(port, '/api/v1/apps/shop/environments', {
      headers: { host: `evil.test:${port}` },
    })
    expect(answer.status).toBe(421)
    expect((await ask(port, '/metrics', { headers: { host: 'evil.test' } })).status).toBe(421)
  })

  test.each([
    ['a token', { apiToken: 'sixteen or more!', publicUrl: null }],
    ['a public address', { apiToken: null, publicUrl: 'https://slipway.test' }],
  ])('with %s nobody is let in for being on this machine: a proxy is, too', async (_, set) => {
    const port = await start({ access: { ...set, linkKey: () => Promise.resolve(null) } })
    for (const headers of [{}, { host: '127.0.0.1:3000' }, { authorization: 'Bearer wrong' }]) {
      expect((await ask(port, '/metrics', { headers })).status).toBe(401)
      expect((await ask(port, LOG, { headers })).status).toBe(401)
    }
  })

  test('what is let in stays with that reader', async () => {
    const port = await start()
    const response = await fetch(`http://127.0.0.1:${port}${LOG}`)

    expect(response.headers.get('cache-control')).toBe('private, no-store')
  })

  test('another key revokes every link', async () => {
    let key = 'the first key'
    const now = Date.parse(AT)
    const access = { ...remote.access, linkKey: () => Promise.resolve(key) }
    const port = await start({ ...remote, access, now: () => now })
    const link = signLink(LOG, key, now)
    const status = async (path: string) => (await ask(port, path, { headers: viaProxy })).status

    expect(await status(link)).toBe(200)
    key = 'the second key'
    expect(await status(link)).toBe(401)
    expect(await status(signLink(LOG, key, now))).toBe(200)
  })

  test('on loopback this machine needs no token, a proxy of others does', async () => {
    const port = await start()
    expect((await ask(port, '/metrics')).status).toBe(200)
    expect((await ask(port, '/metrics', { headers: { 'x-forwarded-for': '203.0.113.9' } })).status).toBe(401)
  })

  test.each([
    ['no token', {}, 401],
    ['a wrong token', { authorization: 'Bearer another token' }, 401],
    ['an empty token', { authorization: 'Bearer ' }, 401],
    ['the token', { authorization: 'Bearer an-api-token' }, 200],
  ])('elsewhere %s', async (_name, headers, status) => {
    const access = { ...remote.access, apiToken: 'an-api-token' }
    const port = await start({ ...remote, access })
    for (const path of ['/api/v1/apps/shop/environments', '/metrics']) {
      expect((await ask(port, path, { headers: { ...viaProxy, ...headers } })).status).toBe(status)
    }
    expect((await ask(port, '/healthz', { headers: { host: '10.1.2.3' } })).status).toBe(200)
  })

  test('a signed link opens its one page, for seven days', async () => {
    let now = Date.parse(AT)
    const port = await start({ ...remote, now: () => now })
    const link = signLink(LOG, secret, now)
    const status = async (path: string) => (await ask(port, path, { headers: viaProxy })).status
    expect(await status(link)).toBe(200)
    expect(await status(LOG)).toBe(401)
    expect(await status(link.replace('/log?', '?'))).toBe(401)
    expect(await status(link.replace(/signature=.{4}/, 'signature=0000'))).toBe(401)
    expect(await status(link.replace(/expires=\d+/, 'expires=9999999999'))).toBe(401)
    expect(await status(`${link}&state=open`)).toBe(401)
    now += 6.9 * 86_400_000
    expect(await status(link)).toBe(200)
    now += 0.2 * 86_400_000
    expect(await status(link)).toBe(401)
  })
})

describe('what is open', () => {
  test('readiness names its parts', async () => {
    const port = await start({
      ready: () => Promise.resolve({ database: true, temporal: false }),
      problems: () => ['Slack closed the socket'],
      workers: async () => [
        {
          host: 'one',
          kind: 'bwrap',
          network: 'kept',
          says: 'In bubblewrap',
          runsOn: ['bank'],
          builds: 1,
          stages: 1,
          lowDisk: '1 GiB',
        },
      ],
    })
    const answer = await ask(port, '/readyz')
    expect(answer.status).toBe(503)
    const workers = [{ host: 'one', sandbox: 'bwrap', network: 'kept', runsOn: ['bank'] }]
    expect(json(answer)).toEqual({
      ok: false,
      parts: { database: true, temporal: false },
      problems: ['Slack closed the socket', 'Builds wait for room on one: 1 GiB'],
      workers,
    })
  })

  test('metrics count orders, Slack calls and deployments', async () => {
    const metrics = createMetrics({ ofProcess: false, deployments: () => Promise.resolve({ running: 2 }) })
    metrics.orderEnded('cut', 'done')
    metrics.acknowledged('command', 0.02)
    metrics.slackCalled('chat.update', 'ok', 0.1)
    const { body } = await ask(await start({ metrics }), '/metrics')
    expect(body).toContain('slipway_orders_total{kind="cut",outcome="done"} 1')
    expect(body).toContain('slipway_slack_calls_total{method="chat.update",result="ok"} 1')
    expect(body).toContain('slipway_deployments{state="running"} 2')
    expect(body).toContain('slipway_ack_seconds_count{kind="command"} 1')
  })
})
