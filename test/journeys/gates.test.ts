import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { openSlackWindow, type SlackWindow } from '../../local/slack-window.js'
import { type Api, apiOf, demoEffects } from '../support/api.js'
import { alice, bob, type Channel, channelOf, quinn, wholeText } from '../support/channel.js'
import { openForm } from '../support/forms.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let shop: Channel
let api: Api
let window: SlackWindow
const first = `${thisMonth}.1`
const second = `${thisMonth}.2`
const third = `${thisMonth}.3`

beforeAll(async () => {
  stack = await startStack()
  shop = channelOf(stack.slack)
  api = apiOf(stack.url)
  window = await openSlackWindow(stack.embedded.slackUrl ?? '')
})
afterAll(async () => {
  window?.end()
  await stack?.close()
})

/** Cuts a commit that behaves as asked and waits until integration has accepted it. */
async function cut(title: string, version: string, behaviour: unknown): Promise<string> {
  const commit = await stack.embedded.demo.repository.commit({
    message: title,
    author: demoAuthors.bob,
    files: { 'deploy/behaviour.json': JSON.stringify(behaviour) },
  })
  await shop.ask(alice, `cut shop "${title}"`, /Cut `/)
  await reached(version, 'integration', 'accepted')
  return commit
}

async function reached(version: string, environment: string, state: string): Promise<void> {
  await until(`${version} ${state} in ${environment}`, async () => {
    const { deployments } = await api.release(version)
    if (deployments.some((one) => one.environment === environment && one.state === state)) return true
    throw new Error(JSON.stringify(deployments))
  })
}

test('[S3.1] continuous and approval environments stand in one pipeline, in the declared order', async () => {
  const environments = await until('the pipeline', async () => {
    const all = await api.environments()
    return all.length === 3 ? all : null
  })

  expect(environments.map(({ name, mode }) => [name, mode])).toEqual([
    ['integration', 'continuous'],
    ['staging', 'approval'],
    ['production', 'approval'],
  ])
})

test('[S1.12] [S3.5] a failed deployment to staging protects the release and leaves the record of what runs there', async () => {
  await cut('Fails in staging once', first, { staging: { setup: 'fail-once' } })
  await shop.ask(alice, `promote shop ${first}-rc.1 to staging`, /Queued/)
  await reached(first, 'staging', 'failed')

  expect(await api.release(first)).toMatchObject({ deletable: false, blockedBy: ['staging'] })
  expect(await api.environment('staging')).toMatchObject({ current: null, state: 'failed' })
  expect(await shop.ask(alice, `delete shop ${first}`, /linked/i)).toContain('staging')
})

test('[S2.21] Retry runs the failed stage again under a new key, and only once', async () => {
  await shop.press(alice, /^Retry/, first)
  await reached(first, 'staging', 'awaiting_acceptance')
  const starts = (await demoEffects(stack.embedded.demo.hostUrl)).filter(
    ({ environment, action }) => environment === 'staging' && action === 'setup:started',
  )

  expect(starts.map(({ key }) => key.split('/').at(-1))).toEqual(['1', '2'])
  expect((await api.release(first)).links).toHaveLength(1)
})

test('[S3.18] what QA accepted stays accepted, and nothing deployed there later inherits it', async () => {
  await shop.ask(quinn, `accept shop ${first}-rc.1 staging`, /Accepted/)
  await cut('Another one', second, {})
  await shop.ask(alice, `promote shop ${second}-rc.1 to staging`, /Queued/)
  await reached(second, 'staging', 'awaiting_acceptance')
  const later = await shop.ask(alice, `promote shop ${second}-rc.1 to production`, /not .*accepted/i)
  const earlier = await shop.ask(alice, `promote shop ${first}-rc.1 to production`, /Prepared/)

  expect(later).toContain('staging')
  expect(earlier).toContain('production')
})

test('[S3.13] a rejected candidate goes no further, its reason is kept, and the way back is offered', async () => {
  const answer = await shop.ask(
    quinn,
    `reject shop ${second}-rc.1 staging -m "the prices are wrong"`,
    /Rejected/i,
  )
  await reached(second, 'staging', 'rejected')
  const refused = await shop.ask(alice, `promote shop ${second}-rc.1 to production`, /reject/i)
  const card = wholeText(await shop.cardSays(/the prices are wrong/, second))

  expect(answer).toContain(second)
  expect(refused).toMatch(/did not/i)
  expect(card).toMatch(/Roll back/)
  expect((await api.release(second)).candidates[0]?.state).toBe('rejected')
})

test('[S3.6] what `where` says runs in an environment is what the service itself answers', async () => {
  const { current } = await api.environment('staging')
  const said = await shop.learn(bob, 'where shop', /staging/)
  const host = await stack.embedded.demo.repository.head()
  const environment = (await (await fetch(`${stack.embedded.demo.hostUrl}/environments/staging`)).json()) as {
    commit: string
  }

  expect(current?.commit).toBe(host)
  expect(environment.commit).toBe(host)
  expect(said).toContain(host.slice(0, 7))
})

test('[S4.14] a failure is told in the channel with what to do, and Roll back goes to the last accepted bytes', async () => {
  await cut('Fails its check', third, { staging: { check: 'fail' } })
  await shop.ask(alice, `promote shop ${third}-rc.1 to staging`, /Queued/)
  await reached(third, 'staging', 'failed')
  const card = wholeText(await shop.cardSays(/failed/i, third))
  await openForm(window, async () => {
    await shop.press(alice, /^Roll back staging/, third)
  })
  await window.submit(alice, {})
  await until('the rollback', async () => {
    const { current, state } = await api.environment('staging')
    return state === 'ready' && current?.version === first
  })

  expect(card).toMatch(/Do next/i)
  expect((await api.environment('staging')).hold).not.toBeNull()
  expect((await api.release(third)).deployments.at(-1)?.state).toBe('superseded')
})
