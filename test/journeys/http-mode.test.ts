import { readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as z from 'zod'
import { git } from '../../local/git-commits.js'
import { pickPort } from '../../local/ports.js'
import { type Api, apiOf } from '../support/api.js'
import { at, deploymentState, environmentsSchema, kind, releaseSchema } from '../support/api-schemas.js'
import { alice, type Channel, channelOf } from '../support/channel.js'
import { allHistories } from '../support/histories.js'
import { thisMonth } from '../support/noon-zone.js'
import { commitTo, reachedIn } from '../support/progress.js'
import { signedCommand } from '../support/slack-request.js'
import { type Stack, startStack } from '../support/stack.js'
import { type StallingProxy, startStallingProxy } from '../support/stalling-proxy.js'
import { until } from '../support/until.js'

const TOKEN = 'a-token-for-the-read-api'
const STAGE_SECRET = 'hunter2-correct-horse'
const PUBLIC = 'https://slipway.example'
const version = `${thisMonth}.1`

let stack: Stack
let shop: Channel
let api: Api

beforeAll(async () => {
  stack = await startStack({
    slack: 'events',
    variables: {
      SLIPWAY_HTTP_HOST: '0.0.0.0',
      SLIPWAY_API_TOKEN: TOKEN,
      SLIPWAY_PUBLIC_URL: PUBLIC,
      STAGE_SECRET,
    },
    configure: (yaml) =>
      yaml.replace('- name: staging\n', '- name: staging\n        secrets: [STAGE_SECRET]\n'),
  })
  shop = channelOf(stack.slack)
  api = apiOf(stack.url, 'shop', TOKEN)
})
afterAll(async () => stack?.close())

const inbox = async (): Promise<number> =>
  (await stack.database.db.selectFrom('inbox').select('key').execute()).length

const deliver = async (init: RequestInit): Promise<number> =>
  (await fetch(`${stack.url}/slack/events`, init)).status

describe('Slack by HTTP', () => {
  test('[U.12] commands and presses arrive as signed requests, and a release is cut and promoted by them', async () => {
    const setup = await git(stack.embedded.demo.repository.path, ['show', 'main:deploy/setup.sh'])
    const [shebang = '', ...lines] = setup.split('\n')
    const leak = `if [ "$SLIPWAY_ENVIRONMENT" = staging ]; then
  echo "the token is $STAGE_SECRET"
  echo "$STAGE_SECRET" | base64 >&2
  echo "cannot log in with $STAGE_SECRET" >&2
  exit 1
fi`
    const script = `${[shebang, leak, ...lines].join('\n')}\n`
    await commitTo(stack, 'Tell secrets', { files: { 'deploy/setup.sh': script } })
    await shop.ask(alice, 'cut shop "By HTTP"', /Cut `/)
    await reachedIn(api, version, { environment: 'integration', state: 'accepted' })
    await shop.press(alice, /Promote to staging/, version)
    await reachedIn(api, version, { environment: 'staging', state: 'failed' })

    expect((await api.release(version)).title).toBe('By HTTP')
  })

  test.each([
    ['six minutes old', { secondsOff: -360 }],
    ['six minutes ahead', { secondsOff: 360 }],
    ['signed with another secret', { secret: 'not-ours' }],
  ])('[X.6] [U.12] a request %s is refused and starts nothing', async (_, signing) => {
    const before = await inbox()

    expect(await deliver(signedCommand(signing))).toBe(401)
    expect(await inbox()).toBe(before)
  })

  test('[X.6] [U.12] the same signed request is taken once', async () => {
    const before = await inbox()
    const init = signedCommand({ trigger: 'T-2' })
    const answers = [await deliver(init), await deliver(init)]
    const altered = { ...init, body: init.body.replace('hand', 'mischief') }
    answers.push(await deliver(altered))
    answers.push(await deliver({ method: 'POST', body: '{"type":"event_callback"}' }))

    expect(answers).toEqual([200, 401, 401, 401])
    expect(await inbox()).toBe(before + 1)
    await until('the cut by hand', async () =>
      (await api.releases()).some(({ title }) => title === 'By hand'),
    )
  })
})

describe('who may ask the server', () => {
  const paths = ['/metrics', '/api/v1/apps/shop/environments', `/api/v1/apps/shop/releases/${version}`]
  const status = async (path: string, headers: Record<string, string> = {}): Promise<number> =>
    (await fetch(`${stack.url}${path}`, { headers })).status

  test('[O.4] [X.1] on an open address the API and metrics need the token, health does not', async () => {
    const bare = await Promise.all(paths.map((path) => status(path)))
    const wrong = await Promise.all(paths.map((path) => status(path, { authorization: 'Bearer guessed' })))
    const right = await Promise.all(paths.map((path) => status(path, { authorization: `Bearer ${TOKEN}` })))

    expect([bare, wrong, right]).toEqual([
      [401, 401, 401],
      [401, 401, 401],
      [200, 200, 200],
    ])
    expect(await Promise.all(['/healthz', '/readyz'].map((path) => status(path)))).toEqual([200, 200])
  })

  test('[O.4] a request by another name is turned away', async () => {
    const answer = await new Promise<number>((resolve, reject) => {
      const headers = { host: 'evil.example', authorization: `Bearer ${TOKEN}` }
      request(`${stack.url}/api/v1/apps/shop/environments`, { headers }, (response) => {
        response.resume()
        resolve(response.statusCode ?? 0)
      })
        .on('error', reject)
        .end()
    })

    expect(answer).toBe(421)
  })

  test('[O.4] the card links to the log with a signature for that one page', async () => {
    const card = await shop.cardSays(/failed/i, version)
    const [link = ''] =
      new RegExp(`${PUBLIC}/api/v1/deployments/[^"|>\\\\]+`).exec(JSON.stringify(card)) ?? []
    const path = link.replace(PUBLIC, '').replaceAll('&amp;', '&')
    const [page, query = ''] = path.split('?')
    const log = await fetch(`${stack.url}${path}`)

    expect(log.status).toBe(200)
    expect(await log.text()).toContain('cannot log in with ***')
    expect(await status(`${page?.replace(/\/log$/, '')}?${query}`)).toBe(401)
    expect(await status(`${path}0`)).toBe(401)
  })

  test('[O.4] metrics count orders, acknowledgements, Slack calls and deployments', async () => {
    const metrics = await api.text('/metrics')

    expect(metrics).toMatch(/^slipway_orders_total\{kind="cut",outcome="done"\} [1-9]/m)
    expect(metrics).toMatch(/^slipway_ack_seconds_count\{kind="command"\} [1-9]/m)
    expect(metrics).toMatch(/^slipway_slack_calls_total\{method="chat.postMessage",result="ok"\} [1-9]/m)
    expect(metrics).toMatch(/^slipway_deployments\{state="failed"\} 1/m)
    expect(metrics).toMatch(/^process_resident_memory_bytes /m)
  })

  test('[O.4] the log has a line of JSON for every event, with the ids of release and deployment', async () => {
    const { id, deployments } = await api.release(version)
    const lines = readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8').trim().split('\n')
    const entries = lines.filter((line) => /^\{.*\}$/.test(line)).map((line) => JSON.parse(line) as object)
    const deployment = deployments.find(({ environment }) => environment === 'staging')?.id

    expect(entries).toContainEqual(expect.objectContaining({ event: 'candidate.cut', release: id }))
    expect(entries).toContainEqual(
      expect.objectContaining({ release: id, deployment, environment: 'staging' }),
    )
    expect(entries).toContainEqual(expect.objectContaining({ kind: 'cut', release: id, outcome: 'done' }))
  })
})

describe('the read API', () => {
  test('[O.4] [S1.6] every answer has the documented fields and values, and no others', async () => {
    const one = releaseSchema.parse(await api.release(version))
    const all = z.array(releaseSchema).parse(await api.releases('?state=open'))
    const events = z
      .array(z.object({ at, actor: z.string(), kind: z.string() }))
      .parse(await api.events(version))
    const id = one.deployments.at(-1)?.id ?? ''
    const stages = z
      .object({
        id: z.literal(id),
        state: deploymentState,
        kind,
        stages: z.array(
          z.object({
            stage: z.string(),
            attempt: z.int(),
            outcome: z.string().nullable(),
            startedAt: at,
            finishedAt: at.nullable(),
          }),
        ),
      })
      .parse(JSON.parse(await api.text(`/api/v1/deployments/${id}`)))

    expect(environmentsSchema.parse(await api.environments()).map(({ name }) => name)).toEqual([
      'integration',
      'staging',
      'production',
    ])
    expect(all.map(({ id: of }) => of)).toContain(one.id)
    expect(one.links).toMatchObject([{ from: 'integration', to: 'staging', by: alice }])
    expect(events.map(({ at: when }) => when)).toEqual(events.map(({ at: when }) => when).toSorted())
    expect(stages.stages.map(({ stage, outcome }) => [stage, outcome])).toContainEqual(['setup', 'failed'])
  })
})

test('[X.4] a stage’s secret is in no log, card, API answer or workflow history, plain or encoded', async () => {
  const forms = [STAGE_SECRET, Buffer.from(`${STAGE_SECRET}\n`).toString('base64').slice(0, 20)]
  const { id, deployments } = await api.release(version)
  const failed = deployments.find(({ environment }) => environment === 'staging')?.id ?? ''
  const log = await api.text(`/api/v1/deployments/${failed}/log`)
  const histories = await allHistories(stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '')
  const tables = [
    'stage_runs',
    'stage_logs',
    'audit',
    'inbox',
    'configurations',
    'releases',
    'deployments',
  ] as const
  const rows = await Promise.all(
    tables.map((table) => stack.database.db.selectFrom(table).selectAll().execute()),
  )
  const places = {
    log,
    rows: JSON.stringify(rows),
    slipway: readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8'),
    slack: JSON.stringify([await shop.all(), await stack.slack.log()]),
    api: JSON.stringify([await api.environments(), await api.release(version), await api.events(version)]),
    histories: histories.join('\n'),
  }

  expect(log).toContain('the token is ***')
  expect(histories.length).toBeGreaterThan(3)
  expect(places.histories).toContain(id)
  for (const [place, text] of Object.entries(places)) {
    for (const form of forms) expect(text.includes(form), `${form} in ${place}`).toBe(false)
  }
  await shop.cardSays(/cannot log in with \*{3}/, version)
})

describe('readiness', () => {
  let database: StallingProxy
  let temporal: StallingProxy
  let url: string

  beforeAll(async () => {
    const { variables } = stack
    database = await startStallingProxy(variables['DATABASE_URL'] ?? '')
    temporal = await startStallingProxy(`tcp://${variables['TEMPORAL_ADDRESS']}`)
    const { port } = await pickPort(0)
    url = `http://127.0.0.1:${port}/readyz`
    await stack.start('second', 'bot', {
      SLIPWAY_HTTP_PORT: String(port),
      DATABASE_URL: database.url,
      TEMPORAL_ADDRESS: new URL(temporal.url).host,
    })
  })
  afterAll(async () => {
    database?.flow()
    temporal?.flow()
    await stack.processes.get('second')?.stop()
    await database?.stop()
    await temporal?.stop()
  })

  const ready = async (): Promise<readonly [number, Readonly<Record<string, boolean>>]> => {
    const response = await fetch(url)
    const { parts } = (await response.json()) as { readonly parts: Readonly<Record<string, boolean>> }
    return [response.status, parts]
  }

  test.each(['database', 'temporal'] as const)(
    '[O.4] not ready while %s is away, and again when it is back',
    async (part) => {
      const proxy = part === 'database' ? database : temporal
      const before = await ready()
      proxy.stallAll()
      const during = await ready()
      proxy.flow()

      expect(before).toEqual([200, { database: true, temporal: true, slack: true }])
      expect(during).toEqual([503, { ...before[1], [part]: false }])
      await until('readiness', async () => (await ready())[0] === 200)
    },
  )
})
