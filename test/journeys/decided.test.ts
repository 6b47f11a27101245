import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { openSlackWindow } from '../../local/slack-window.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, dan, quinn, wholeText } from '../support/channel.js'
import { type Environments, environmentsOf } from '../support/environments.js'
import { openForm } from '../support/forms.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** Two environments of one level gate production. */
function withUat(yaml: string): string {
  const staging = /( {6}- name: staging\n(?: {8}.*\n)+)/.exec(yaml)?.[1] ?? ''
  const uat = staging.replace('name: staging', 'name: uat\n        alongside: staging')
  const torn = yaml
    .replace(staging, staging + uat)
    .replace('override: [release-managers]', 'override: [release-managers]\n      teardown: [releasers]')
    .replace('- name: production', '- name: production\n        teardownNotice: 30s')
  return `pollEvery: never\n${torn}`
}

describe('what was decided, and from where to where a release went', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  let places: Environments
  const version = `${thisMonth}.1`

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

  const statusOf = async (): Promise<string> => shop.learn(alice, `status ${version}`, /\*Commit\*/)
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
    expect(await shop.ask(alice, 'env rebuild production', /did not rebuild/)).toMatch(/loses what is stored/)
    await shop.ask(alice, 'env rebuild production --yes', /set up again/)
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
    // The release learns of the acceptance a moment after the card shows it; until then nothing may be promoted.
    const fields = await until('the form with what may go there', async () => {
      const form = await openForm(window, () => shop.pressIn(alice, view, /Prepare a release/))
      await window.close(alice)
      const text = JSON.stringify(form.blocks)
      return text.includes(`${next}-rc.1`) && text
    })
    window.end()
    await shop.command(alice, 'env show integration')
    const first = await shop.answer(alice, /integration.*ready/)

    expect(fields).not.toContain(`${version}-rc.1`)
    expect(places.buttonsOf(first)).not.toContain('Prepare a release…')
  })

  test('[T.5] production goes by no button and no pasted word: its name is typed, by whom it was granted', async () => {
    const window = await openSlackWindow(stack.embedded.slackUrl ?? '')
    const type = async (user: string, name: string): Promise<Readonly<Record<string, string>>> => {
      await openForm(window, () => shop.command(user, 'env teardown production'))
      return window.submit(user, { 'typed-name': { value: { type: 'plain_text_input', value: name } } })
    }
    await shop.command(alice, 'env show production')
    const shown = await shop.answer(alice, /permanent: it never expires/)
    await shop.command(dan, 'env show production')
    const toDan = await shop.answer(dan, /permanent: it never expires/)
    const form = await openForm(window, () => shop.command(alice, 'env teardown production'))
    const wrong = await window.submit(alice, {
      'typed-name': { value: { type: 'plain_text_input', value: 'staging' } },
    })
    await window.close(alice)

    expect(places.buttonsOf(shown)).toEqual(['Prepare a release…', 'Patch', 'Rebuild'])
    expect(places.buttonsOf(toDan)).toEqual([])
    expect(JSON.stringify(form.blocks)).toMatch(/2026\.\d+\.1-rc\.1.*runs there.*does not come back/)
    expect(wrong).toEqual({ 'typed-name': 'Type production exactly. Nothing was asked for.' })
    expect(await shop.ask(alice, 'env teardown production --yes', /did not/)).toMatch(
      /nothing that can be pasted/,
    )
    expect(await type(dan, 'production')).toEqual({})
    await shop.answer(dan, /did not tear down a permanent environment/)
    expect(await type(alice, 'production')).toEqual({})
    await shop.answer(alice, /needs 2 approvals from release-managers/)
    window.end()
    expect(await places.onHost('production')).toBe(true)
  })

  test('[T.5] it needs the approvals of its environment, is announced by name, and whoever may lock stops it', async () => {
    const request = await places.notice(/\*shop production\* The teardown of production is asked for/)
    expect(places.buttonsOf(request)).toEqual(['Approve the teardown', 'Stop the teardown'])
    await shop.ask(alice, 'env approve production', /four eyes/)
    await shop.ask(dan, 'env approve production', /did not approve/)
    await shop.ask(bob, 'env approve production', /1 of 2/)
    await shop.ask(bob, 'env approve production', /already approved/)
    await places.press(carol, request, 'Approve the teardown')
    const said = await places.notice(/\*shop production\* production is torn down .*asked for it/)
    await shop.ask(dan, 'env stop production', /did not lock/)
    await places.press(bob, said, 'Stop the teardown')
    const stopped = await places.notice(/Stopped by <@U01BOB>/)

    expect(wholeText(said)).toContain('<@U01ALICE> asked for it, approved by <@U01BOB> and <@U01CAROL>')
    expect(places.buttonsOf(stopped)).toEqual([])
    expect(await places.onHost('production')).toBe(true)
    expect(await api.environment('production')).toMatchObject({ state: 'ready' })
  })

  test('[T.5] what was torn down is said so everywhere, with the ways back, and comes back by one press', async () => {
    const window = await openSlackWindow(stack.embedded.slackUrl ?? '')
    await openForm(window, () => shop.command(alice, 'env teardown production'))
    await window.submit(alice, { 'typed-name': { value: { type: 'plain_text_input', value: 'production' } } })
    window.end()
    await shop.answer(alice, /needs 2 approvals/)
    await shop.ask(bob, 'env approve production', /1 of 2/)
    await shop.ask(carol, 'env approve production', /announced/)
    await places.settles('production', 'absent')
    const gone = await places.notice(/\*shop production\* production is gone: /)
    const card = wholeText(await shop.cardSays(/production was torn down/, version))
    const name = `${version}-rc.1`

    expect(await places.onHost('production')).toBe(false)
    expect(wholeText(gone)).toMatch(new RegExp(`<@U01ALICE> asked for it, .*${name} ran there`))
    expect(card).toContain('production 🗑️ torn down')
    expect(card).toContain(`Set up production again with ${name}`)
    expect(await shop.learn(alice, 'env show production', /torn down/)).toContain(`${name}\` ran there`)
    expect(await shop.learn(alice, `why ${version}`, /torn down/)).toContain('env rebuild production')
    expect(await shop.learn(alice, `plan ${version}`, /The way of/)).not.toMatch(/now: it is accepted there/)
    await places.press(alice, gone, `Set up again with ${name}`)
    await places.settles('production', 'ready')
    await until('the card to say no more that it is gone', async () => {
      const now = wholeText(await shop.card(version))
      return /— released/.test(now) && !now.includes('torn down')
    })
    expect(await places.onHost('production')).toBe(true)
  })
})
