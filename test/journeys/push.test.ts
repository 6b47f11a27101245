import { createHmac, randomUUID } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Api, apiOf, demoEffects } from '../support/api.js'
import { alice, type Channel, channelOf, wholeText } from '../support/channel.js'
import { withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const SECRET = 'a secret that only the forge knows'
const bob = { name: 'Bob', email: 'bob@example.com' }

describe('continuous mode: from a push to running code with no hand', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  let count = 0

  beforeAll(async () => {
    stack = await startStack({
      variables: { SLIPWAY_WEBHOOK_SECRET: SECRET },
      configure: withoutPushes,
    })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
  })
  afterAll(async () => stack?.close())

  const commit = (
    message: string,
    files: Readonly<Record<string, string | null>> = {},
    branch = 'main',
    author = bob,
  ) =>
    stack.embedded.demo.repository.commit({
      files: { 'notes.txt': `${count++}\n`, ...files },
      message,
      author,
      branch,
    })

  interface Delivery {
    readonly after: string
    readonly ref?: string
    readonly id?: string
    readonly secret?: string
  }

  const deliver = ({ after, ref = 'refs/heads/main', id = randomUUID(), secret = SECRET }: Delivery) => {
    const repository = { clone_url: stack.embedded.demo.repository.path }
    const body = JSON.stringify({ ref, before: '0'.repeat(40), after, repository })
    return fetch(`${stack.url}/webhooks/github`, {
      method: 'POST',
      body,
      headers: {
        'content-type': 'application/json',
        'x-github-event': 'push',
        'x-github-delivery': id,
        'x-hub-signature-256': `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`,
      },
    })
  }

  const runs = (environment: string, wanted: string) =>
    until(`${wanted.slice(0, 7)} in ${environment}`, async () => {
      const { current } = await api.environment(environment)
      return current?.commit === wanted && current.acceptedBy !== null ? current : null
    })
  const channelSays = (pattern: RegExp) =>
    until(`a message like ${pattern}`, async () => {
      const { user, ...found } =
        (await shop.all()).find((one) => one.user === 'U0SLIPWAY' && pattern.test(wholeText(one))) ?? {}
      return user ? wholeText(found as Parameters<typeof wholeText>[0]) : null
    })
  const pushes = async (sha: string) =>
    stack.database.db
      .selectFrom('deployments')
      .selectAll()
      .where('commit', '=', sha as never)
      .execute()
  /** Whether anybody was told so in a direct message. */
  const timesTold = async (words: string) =>
    (await stack.slack.log()).filter(
      ({ direction, summary, detail }) =>
        direction === 'from_bot' &&
        summary.includes('chat.postMessage') &&
        /"channel":"D/.test(JSON.stringify(detail)) &&
        JSON.stringify(detail).includes(words),
    ).length
  const wasTold = async (words: string) => (await timesTold(words)) > 0
  const handled = () =>
    until('every order to end', async () => {
      const open = await stack.database.db
        .selectFrom('inbox')
        .select('key')
        .where('finished_at', 'is', null)
        .execute()
      return open.length === 0
    })

  test('[S3.1] [S3.2] [S3.4] [S3.5] [S3.6] a signed push is built, tested and runs in integration alone, without a release', async () => {
    const sha = await commit('Show the stock')
    const answer = await deliver({ after: sha })
    const current = await runs('integration', sha)
    const where = await shop.learn(alice, 'where shop', /integration/)
    const effects = await demoEffects(stack.embedded.demo.hostUrl)

    expect(answer.status).toBe(202)
    expect((await api.environments()).map(({ mode }) => mode)).toEqual(['continuous', 'approval', 'approval'])
    expect(current).toMatchObject({ commit: sha, version: null, candidate: null, acceptedBy: 'slipway' })
    expect(where).toContain(sha.slice(0, 7))
    expect((await api.environment('staging')).current).toBeNull()
    expect((await api.environment('production')).current).toBeNull()
    expect(await api.releases()).toEqual([])
    expect(new Set(effects.map((effect) => effect.environment))).toEqual(new Set(['integration']))
    expect(await pushes(sha)).toMatchObject([{ kind: 'push', state: 'accepted', environment: 'integration' }])
    expect(
      await channelSays(new RegExp(`Commit .*${sha.slice(0, 7)}.* is accepted on integration`)),
    ).toBeTruthy()
  })

  test('[S3.2] [R.8] what is wrongly signed or not signed starts nothing', async () => {
    const sha = await commit('Never announced properly')
    const wrong = await deliver({ after: sha, secret: 'another secret' })
    const unsigned = await fetch(`${stack.url}/webhooks/github`, { method: 'POST', body: '{}' })
    const other = await fetch(`${stack.url}/webhooks/git`, {
      method: 'POST',
      headers: { 'x-slipway-signature': 'sha256=00' },
      body: JSON.stringify({ ref: 'refs/heads/main', after: sha }),
    })

    expect([wrong.status, unsigned.status, other.status]).toEqual([401, 401, 401])
    const orders = await stack.database.db.selectFrom('inbox').select('key').execute()
    expect(orders.filter(({ key }) => key.startsWith('git'))).toHaveLength(1)
    expect(await pushes(sha)).toEqual([])
  })

  test('[R.8] [S3.2] the same delivery three times, and an older one after a newer, deploy the newest once', async () => {
    const older = await commit('One')
    const newer = await commit('Two')
    const id = randomUUID()
    await Promise.all([1, 2, 3].map(() => deliver({ after: newer, id })))
    await runs('integration', newer)
    await deliver({ after: older })
    await deliver({ after: newer, id })
    await handled()
    const third = await commit('Three')
    await deliver({ after: third })
    await runs('integration', third)

    expect(await pushes(newer)).toHaveLength(1)
    expect(await pushes(older)).toEqual([])
    const builds = await stack.database.db.selectFrom('builds').selectAll().execute()
    expect(builds.filter((build) => build.commit === newer)).toMatchObject([{ run: 1 }])
    expect(builds.map((build) => String(build.commit))).not.toContain(older)
  })

  test('[S2.13] a push to another branch reaches no environment', async () => {
    const before = await api.environment('integration')
    const sha = await commit('On the side', {}, 'side')
    const answer = await deliver({ after: sha, ref: 'refs/heads/side' })
    await handled()

    expect(answer.status).toBe(202)
    expect(await pushes(sha)).toEqual([])
    expect((await api.environment('integration')).current).toEqual(before.current)
  })

  test('[S3.3] a red build deploys nothing, and channel and author hear of it with the log', async () => {
    const before = await api.environment('integration')
    const red = await commit('Break it', { 'deploy/behaviour.json': '{"build":"fail"}' })
    await deliver({ after: red })
    const said = await channelSays(/The build of .* failed/)

    expect(said).toContain(red.slice(0, 7))
    expect(said).toContain('this commit does not build')
    expect(said).toContain('<@U01BOB>')
    expect(said).toContain('Break it')
    expect(await pushes(red)).toEqual([])
    expect((await api.environment('integration')).current).toEqual(before.current)
  })

  test('[S3.5] [S3.3] a failed deployment leaves the record as it was, is told, and is not tried again by itself', async () => {
    const before = await api.environment('integration')
    const bad = await commit('Fail the patch', { 'deploy/behaviour.json': '{"patch":"fail"}' })
    await deliver({ after: bad })
    const said = await channelSays(new RegExp(`${bad.slice(0, 7)} failed in integration`))
    await deliver({ after: bad })
    await handled()

    expect(said).toContain('<@U01BOB>')
    expect((await api.environment('integration')).current).toEqual(before.current)
    expect(await pushes(bad)).toMatchObject([{ state: 'failed', attempt: 1 }])
  })

  test('the fix overtakes what failed; what asks to be skipped is skipped and said so', async () => {
    const fixed = await commit('Repair it', { 'deploy/behaviour.json': null })
    await deliver({ after: fixed })
    await runs('integration', fixed)
    const skipped = await commit('Only words\n\n[skip deploy]')
    await deliver({ after: skipped })
    const said = await channelSays(/asks not to be deployed/)

    expect(said).toContain(skipped.slice(0, 7))
    expect(await pushes(skipped)).toEqual([])
    expect((await api.environment('integration')).current?.commit).toBe(fixed)
  })

  test('[S3.4] a hold pauses what would happen by itself and says so; of the pushes that waited the newest runs', async () => {
    await shop.ask(alice, 'pause integration because looking at a leak', /paused|hold/i)
    const first = await commit('While paused, one')
    await deliver({ after: first })
    await channelSays(new RegExp(`${first.slice(0, 7)} waits for integration: .*looking at a leak`))
    const second = await commit('While paused, two')
    await deliver({ after: second })
    await until('the second push to wait', async () => (await pushes(second))[0]?.state === 'queued')
    expect((await pushes(first))[0]?.state).toBe('superseded')
    await shop.ask(alice, 'resume integration', /resumed|by itself/i)
    await runs('integration', second)

    expect(await pushes(first)).toMatchObject([{ state: 'superseded', started_at: null }])
  })

  test('[U.11] [U.16] the author is told once that the change reached integration and once that it failed, until it is muted', async () => {
    const sha = await commit('Tell me about it', {
      'deploy/behaviour.json': '{"staging":{"check":"fail"}}',
    })
    await deliver({ after: sha })
    await runs('integration', sha)
    await until('the direct message', () => wasTold('Tell me about it'))
    const [, version = ''] =
      /Cut `(\S+)-rc/.exec(await shop.ask(alice, 'cut shop "Again there"', /Cut `/)) ?? []
    await shop.cardSays(/integration ✅ accepted/, version)
    await shop.press(alice, /^Promote to staging/, version)
    await until('the message of the failure', () => wasTold(`${version}-rc.1, which failed in shop staging`))
    await shop.ask('U01BOB', 'mute shop none', /no longer tell you/)
    const quiet = await commit('Tell nobody', { 'deploy/behaviour.json': null })
    await deliver({ after: quiet })
    await runs('integration', quiet)
    const louder = await commit('Tell Carol', {}, 'main', { name: 'Carol', email: 'carol@example.com' })
    await deliver({ after: louder })
    await until('the message to Carol', () => wasTold('Tell Carol'))

    expect(await wasTold('Tell nobody')).toBe(false)
    expect(await timesTold('Tell me about it` reached shop integration')).toBe(1)
    expect(await timesTold('Tell me about it')).toBe(2)
  })

  test('[S3.2] any forge may say {ref, after}, signed; twice is once', async () => {
    const sha = await commit('From any forge')
    const body = JSON.stringify({ ref: 'refs/heads/main', after: sha })
    const signature = createHmac('sha256', SECRET).update(body).digest('hex')
    const send = () =>
      fetch(`${stack.url}/webhooks/git`, {
        method: 'POST',
        headers: { 'x-slipway-signature': `sha256=${signature}` },
        body,
      })
    expect([(await send()).status, (await send()).status]).toEqual([202, 202])
    await runs('integration', sha)

    expect(await pushes(sha)).toHaveLength(1)
  })

  test('a lost webhook loses nothing: the next look at the remote finds the push, also after a stop', async () => {
    const file = join(stack.dataFolder, 'slipway.yaml')
    await stack.processes.get('slipway')?.stop()
    const sha = await commit('Nobody announced this')
    writeFileSync(file, readFileSync(file, 'utf8').replace('pollEvery: never', 'pollEvery: 1s'))
    await stack.start('slipway', 'all')
    await runs('integration', sha)
    const next = await commit('Nor this')
    await runs('integration', next)

    expect(await pushes(sha)).toHaveLength(1)
    expect(await pushes(next)).toHaveLength(1)
  })
})
