import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { openSlackWindow } from '../../local/slack-window.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, quinn, wholeText } from '../support/channel.js'
import { type Environments, environmentsOf } from '../support/environments.js'
import { openForm } from '../support/forms.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** Two environments of one level gate production. */
function withUat(yaml: string): string {
  const staging = /( {6}- name: staging\n(?: {8}.*\n)+)/.exec(yaml)?.[1] ?? ''
  const uat = staging.replace('name: staging', 'name: uat\n        alongside: staging')
  return `pollEvery: never\n${yaml.replace(staging, staging + uat)}`
}

describe('what was decided, and from where to where a release went', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  let places: Environments
  const version = `${new Date().getUTCFullYear()}.${new Date().getUTCMonth() + 1}.1`

  beforeAll(async () => {
    stack = await startStack({ configure: withUat, processes: 'bot-and-worker' })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    places = environmentsOf(stack, api)
    await stack.embedded.demo.repository.commit({
      message: 'Take a while to patch',
      author: demoAuthors.bob,
      files: { 'deploy/behaviour.json': JSON.stringify({ patchSeconds: 4, setupSeconds: 4 }) },
    })
  })
  afterAll(async () => stack?.close())

  const statusOf = async (): Promise<string> => shop.learn(alice, `status ${version}`, /Phase/)
  const links = async (): Promise<readonly string[]> =>
    (await api.release(version)).links.map(({ from, to }) => `${from} → ${to}`)
  const repeated = (environment: string, kind: string): Promise<unknown> =>
    until(`the ${kind} of ${environment}`, async () =>
      (await api.release(version)).deployments.some(
        (one) => one.environment === environment && one.kind === kind && one.state === 'accepted',
      ),
    )

  test('[S1.16] [S1.6] a link leads from the level below, never from a neighbour, and from each that accepted', async () => {
    await shop.ask(alice, 'cut shop "Winter"', /Cut `/)
    for (const environment of ['staging', 'uat']) {
      await shop.press(alice, new RegExp(`Promote to ${environment}`))
      await shop.press(quinn, /^Accept/)
      await shop.cardSays(new RegExp(`${environment} ✅ accepted`))
    }
    await shop.press(alice, /Promote to production/)
    await shop.press(bob, /^Approve/)
    await shop.press(carol, /^Approve/)
    await shop.press(alice, /^Accept/)
    await shop.cardSays(/released/)

    expect(await links()).toEqual([
      'integration → staging',
      'integration → uat',
      'staging → production',
      'uat → production',
    ])
    expect(await statusOf()).toMatch(/staging → production[^]*uat → production/)
    expect((await shop.thread(version)).join('\n')).not.toMatch(/from staging to uat/)
    expect(await api.release(version)).toMatchObject({ blockedBy: ['staging', 'uat', 'production'] })
  })

  test('[S1.15] the mark that it cannot be deleted stands in every view that shows it', async () => {
    const window = await openSlackWindow(stack.embedded.slackUrl ?? '')
    await stack.slack.openHome(alice)
    const home = await window.untilHome(alice, (view) => /production.*🔒/.test(JSON.stringify(view.blocks)))
    window.end()
    const why = /🔒 \S+ cannot be deleted: linked to staging, uat, production/
    for (const question of ['where production', 'env show integration', 'status staging']) {
      expect(await shop.ask(alice, question, /cannot be deleted/), question).toMatch(why)
    }
    await shop.learn(alice, 'env list', /uat.*🔒 cannot be deleted/)
    expect(await shop.learn(alice, 'list', /🔒/)).toContain(version)
    expect(wholeText(await shop.card(version))).toMatch(/🔒 Cannot be deleted: linked to staging/)
    expect(JSON.stringify(home.blocks)).toMatch(/cannot be deleted/)
  })

  test('[S3.21] a patch by hand changes neither who accepted nor what the card says of the release', async () => {
    const before = wholeText(await shop.card(version))
    await shop.ask(alice, 'env patch staging', /patched again/)
    const meanwhile = wholeText(await shop.cardSays(/staging is being patched again with/, version))
    await repeated('staging', 'redeploy')
    const card = wholeText(
      await until('the line to go', async () => {
        const found = await shop.card(version)
        return wholeText(found).includes('being patched again') ? null : found
      }),
    )

    expect(before).toContain('Accepted on staging by <@U01QUINN>')
    for (const text of [meanwhile, card, await statusOf()]) {
      expect(text).toContain('Accepted on staging by <@U01QUINN>')
      expect(text).not.toMatch(/Accepted on staging by <@(?!U01QUINN)/)
      expect(text).toMatch(/shop \S+ — released/)
    }
    expect(await api.environment('staging')).toMatchObject({ current: { acceptedBy: quinn } })
  })

  test('[S3.21] a rebuild leaves the approvals and the acceptance of production as they were, in every view', async () => {
    await shop.ask(alice, 'env rebuild production', /set up again/)
    await repeated('production', 'rebuild')
    await places.settles('production', 'ready')
    const card = wholeText(
      await until('the line to go', async () => {
        const found = await shop.card(version)
        return wholeText(found).includes('being set up again') ? null : found
      }),
    )

    for (const text of [card, await statusOf()]) {
      expect(text).toContain('Approved for production by <@U01BOB>, <@U01CAROL>')
      expect(text).toMatch(/Accepted on production by <@U01ALICE>/)
    }
    expect(await api.environment('production')).toMatchObject({ current: { acceptedBy: alice } })
    const again = await shop.ask(alice, `accept shop ${version}-rc.1 production`, /did not/)
    expect(again).toContain('<@U01ALICE>')
    expect(await links()).toHaveLength(4)
  })

  test('[S3.22] the view of an environment prepares a release with what may go there', async () => {
    const next = version.replace(/1$/, '2')
    await stack.embedded.demo.repository.commit({
      message: 'Something more',
      author: demoAuthors.bob,
      files: { 'notes.txt': 'more' },
    })
    await shop.ask(alice, 'cut shop "Next"', /Cut `/)
    await shop.cardSays(/integration ✅ accepted/, next)
    const window = await openSlackWindow(stack.embedded.slackUrl ?? '')
    await shop.command(alice, 'env show staging')
    const view = await shop.answer(alice, /Prepare a release/)
    const form = await openForm(window, () => shop.pressIn(alice, view, /Prepare a release/))
    const fields = JSON.stringify(form.blocks)
    window.end()
    await shop.command(alice, 'env show integration')
    const first = await shop.answer(alice, /integration.*ready/)

    expect(fields).toContain(`${next}-rc.1`)
    expect(fields).not.toContain(`${version}-rc.1`)
    expect(places.buttonsOf(first)).not.toContain('Prepare a release…')
  })
})
