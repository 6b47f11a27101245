import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openSlackWindow, type SlackWindow } from '../../local/slack-window.js'
import { type Api, apiOf, demoEffects } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, quinn, wholeText } from '../support/channel.js'
import { testServers } from '../support/databases.js'
import { openForm } from '../support/forms.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/**
 * Every other journey runs on the embedded database with workflows in memory. Here it is a server where one is
 * installed, and once no workflow is kept: every task replays its history, so nothing may depend on what memory holds.
 */
const stacks = [
  ...testServers().map(({ kind }) => ({ kind, memory: 'as it comes', variables: {} })),
  {
    kind: 'embedded' as const,
    memory: 'no workflow kept in memory',
    variables: { SLIPWAY_WORKFLOW_CACHE: '0' },
  },
]

describe.each(stacks)(
  'a release from commit to production and back on $kind PostgreSQL, $memory',
  ({ kind, variables }) => {
    let stack: Stack
    let shop: Channel
    let api: Api
    let head: string
    let window: SlackWindow
    const first = `${thisMonth}.1`
    const second = `${thisMonth}.2`

    beforeAll(async () => {
      stack = await startStack({ database: kind, variables })
      shop = channelOf(stack.slack)
      api = apiOf(stack.url)
      window = await openSlackWindow(stack.embedded.slackUrl ?? '')
      head = await stack.embedded.demo.repository.head()
    })
    afterAll(async () => {
      window?.end()
      await stack?.close()
    })

    test('[S5.1] [S5.3] [S1.1] [S1.2] a cut pins the head of trunk, shows it whole, and is bound for production', async () => {
      const answer = await shop.ask(alice, 'cut shop "Summer sale" --from main', /Cut `/)
      const card = await shop.cardSays(/Summer sale/)
      const release = await api.release(first)

      expect(answer).toContain(head)
      expect(wholeText(card)).toContain(head.slice(0, 7))
      expect(wholeText(card)).toMatch(/on its way to \*production/i)
      await shop.press(bob, /^Details$/)
      expect(wholeText(await shop.answer(bob, /\*Commit\*/))).toContain(head)
      expect(release).toMatchObject({ title: 'Summer sale', state: 'open', links: [] })
      expect(release.candidates).toMatchObject([{ name: `${first}-rc.1`, commit: head }])
    })

    test('[S4.3] [S5.4] [S3.11] the candidate is built, tagged, and accepted in integration by its passing check', async () => {
      await shop.cardSays(/integration ✅ accepted/)
      const release = await api.release(first)
      const integration = await api.environment('integration')

      expect(release.candidates[0]?.state).toBe('ready')
      expect(release.candidates[0]?.artifactDigest).toMatch(/^sha256:[0-9a-f]{64}$/)
      expect(integration.current).toMatchObject({ commit: head, acceptedBy: 'slipway', version: first })
      expect(await until('the tag', () => stack.embedded.demo.repository.tag(`v${first}-rc.1`))).toBe(head)
    })

    test('[S1.4] [S1.9] being in the first environment alone forbids no deletion', async () => {
      expect(await api.release(first)).toMatchObject({ deletable: true, blockedBy: [], links: [] })
      expect((await shop.buttons()).map((button) => button.label).join()).toMatch(/Delete/)
    })

    test('[S3.9] production is not reached past staging, and the answer names what is missing', async () => {
      const answer = await shop.ask(alice, `promote shop ${first}-rc.1 to production`, /staging/)

      expect(answer).toMatch(/not .*accepted/i)
      expect((await api.release(first)).deployments.map((one) => one.environment)).toEqual(['integration'])
    })

    test('[S1.5] [S1.7] [S3.10] staging gets the same bytes, and exactly one link', async () => {
      await shop.press(alice, /Promote to staging/)
      await until('staging to wait for QA', async () =>
        (await api.release(first)).deployments.some(({ state }) => state === 'awaiting_acceptance'),
      )
      await shop.cardSays(/staging .*(accept|waits)/i)
      const release = await api.release(first)
      const [integration, staging] = await api.environments()

      expect(release.links).toMatchObject([{ from: 'integration', to: 'staging', by: alice }])
      expect(staging?.current?.artifactDigest).toBe(integration?.current?.artifactDigest)
      expect(staging?.current).toMatchObject({ commit: head, version: first, acceptedBy: null })
    })

    test('[U.2] [U.16] whoever has to accept is named in a line of its own, since a card that changes notifies nobody', async () => {
      const line = await until('the line that asks QA', async () =>
        (await shop.thread(first)).find((text) => /waits for acceptance/.test(text)),
      )

      expect(line).toContain('👉 <@U01QUINN>: please test, then accept or reject')
    })

    test('[S3.11] what waits for acceptance cannot go on', async () => {
      const answer = await shop.ask(alice, `promote shop ${first}-rc.1 to production`, /not .*accepted/i)

      expect(answer).toContain('staging')
    })

    test('[S1.8] [S1.9] [S1.14] a linked release cannot be deleted, the card says why, the refusal names where', async () => {
      const answer = await shop.ask(alice, `delete shop ${first}`, /linked/i)
      const card = await shop.cardSays(/🔒/)

      expect(answer).toContain('staging')
      expect(wholeText(card)).toContain('staging')
      expect((await shop.buttons()).map((button) => button.label).join()).not.toMatch(/Delete/)
      expect(await api.release(first)).toMatchObject({
        state: 'open',
        deletable: false,
        blockedBy: ['staging'],
      })
    })

    test('[S3.12] [X.1] only QA accepts staging, and the card shows who did', async () => {
      const refused = await shop.ask(alice, `accept shop ${first}-rc.1 staging`, /qa/)
      await shop.press(quinn, /^Accept/)
      const card = await shop.cardSays(/Accepted on staging by <@U01QUINN>/)

      expect(refused).toMatch(/did not accept/i)
      expect(wholeText(card)).toContain('staging ✅ accepted')
      await until('the next step', async () =>
        (await shop.buttons()).some(({ label }) => label === 'Promote to production'),
      )
    })

    test('[S3.7] [S3.8] [X.2] [U.16] production waits for two approvals, none of them the requester’s', async () => {
      await shop.press(alice, /Promote to production/)
      // It asks those who may still approve when it is sent.
      const asked = await until('the line that asks', async () =>
        (await shop.thread(first)).find((text) => /is prepared for production/.test(text)),
      )
      await shop.press(alice, /^Approve/)
      const own = wholeText(await shop.answer(alice, /four eyes/i))
      await shop.press(bob, /^Approve/)
      await shop.cardSays(/1 of 2/)

      // Four eyes: Alice asked for it, so she is not asked.
      expect(asked).toMatch(/\*shop\* “.+”: .* for production and needs 2 approvals/)
      expect(asked).toContain('👉 <@U01BOB>, <@U01CAROL>: please approve')
      expect(asked).toMatch(/<https?:[^|>]+\|Open the card>/)
      expect(own).toMatch(/did not count/i)
      expect((await api.environment('production')).current).toBeNull()
      await shop.press(carol, /^Approve/)
      await shop.cardSays(/production 🧪|waits for acceptance|production .*awaiting/i)
      expect((await api.environment('production')).current).toMatchObject({ commit: head, acceptedBy: null })
    })

    test('[S1.6] [S3.14] accepted in the last environment, it is released, with the chain of links', async () => {
      await shop.press(alice, /^Accept/)
      await shop.cardSays(/released/)
      const release = await api.release(first)

      expect(release.state).toBe('released')
      expect(release.links.map(({ from, to }) => [from, to])).toEqual([
        ['integration', 'staging'],
        ['staging', 'production'],
      ])
      expect(await until('the plain tag', () => stack.embedded.demo.repository.tag(`v${first}`))).toBe(head)
    })

    test('[S5.11] the same commit is built once, whatever number of cuts', async () => {
      await shop.ask(bob, 'cut shop "The same again"', /Cut `/)
      await shop.cardSays(/integration ✅ accepted/, second)
      const builds = await stack.database.db.selectFrom('builds').selectAll().execute()

      expect(builds).toHaveLength(1)
      expect(builds[0]).toMatchObject({ commit: head, run: 1, state: 'succeeded' })
    })

    test('[S1.3] a standalone release is deleted, vanishes from the list, and its version is never used again', async () => {
      await shop.ask(alice, `delete shop ${second} --yes`, /deleted/i)
      await until(
        'the deletion',
        async () => !(await api.releases()).some(({ version }) => version === second),
      )
      const next = await shop.ask(alice, 'cut shop "After the deleted one"', /Cut `/)

      expect(next).toContain(`${thisMonth}.3-rc.1`)
      expect((await api.release(second)).state).toBe('deleted')
    })

    test('[S5.13] [S3.19] [S1.11] after a failed patch in production, one press brings the previous bytes back, without a build', async () => {
      const { repository } = stack.embedded.demo
      const { demoAuthors } = await import('../../local/demo-history.js')
      const bad = await repository.commit({
        message: 'Break the patch in production only',
        author: demoAuthors.bob,
        files: { 'deploy/behaviour.json': JSON.stringify({ production: { patch: 'fail' } }) },
      })
      const version = `${thisMonth}.4`
      await shop.ask(alice, 'cut shop "A bad one"', /Cut `/)
      await shop.press(alice, /Promote to staging/, version)
      await shop.press(quinn, /^Accept/, version)
      await shop.press(alice, /Promote to production/, version)
      await shop.press(bob, /^Approve/, version)
      await shop.press(carol, /^Approve/, version)
      const failed = wholeText(await shop.cardSays(/production ❌|failed/i, version))
      const builds = await stack.database.db.selectFrom('builds').select('id').execute()

      expect(failed).toMatch(/uncertain/i)
      const form = await openForm(window, async () => {
        await shop.press(alice, /^Roll back production/, version)
      })
      await window.submit(alice, {})
      await until('the rollback', async () => {
        const { current, state } = await api.environment('production')
        return state === 'ready' && current?.commit === head
      })
      const after = await stack.database.db.selectFrom('builds').select('id').execute()

      expect(JSON.stringify(form)).toMatch(new RegExp(`production to ${first}`))
      expect(after).toHaveLength(builds.length)
      expect((await api.environment('production')).hold).not.toBeNull()
      expect(await api.release(version)).toMatchObject({ deletable: false, state: 'open' })
      expect((await api.release(version)).candidates[0]?.commit).toBe(bad)
    })

    test('[U.16] the approvers hear of the failure, and both threads of the way back', async () => {
      const bad = `${thisMonth}.4`
      for (const [version, line] of [
        [
          bad,
          /failed in production: .*👉 <@U01ALICE>, <@U01BOB>, <@U01CAROL>, who asked for it or approved it/,
        ],
        [
          bad,
          new RegExp(
            `production is back on ${first}-rc.1, .* after <@U01ALICE> rolled back; ${bad}-rc.1 was`,
          ),
        ],
        [first, /production is back on .*, .* after <@U01ALICE> rolled back\./],
      ] as const) {
        const told = await until(`${line}`, async () =>
          (await shop.thread(version)).find((text) => line.test(text)),
        )
        expect(told).toBeTruthy()
      }
    })

    test('[U.13] [U.14] what failed and was rolled back from says so, and is promoted again only with a reason', async () => {
      const version = `${thisMonth}.4`
      const card = wholeText(await shop.cardSays(/rolled back from production/i, version))
      const labels = (await shop.buttons(version)).map((button) => button.label)
      const refused = await shop.ask(alice, `promote shop ${version}-rc.1 to production`, /did not promote/)
      const form = await openForm(window, async () => {
        await shop.press(alice, /^Promote again to production/, version)
      })
      await window.submit(alice, {
        'required-reason': { value: { type: 'plain_text_input', value: 'the host was repaired' } },
      })
      const asked = wholeText(await shop.cardSays(/needs approval/i, version))
      const approve = (await shop.buttons(version)).find(({ label }) => label === 'Approve for production')

      expect(card).not.toMatch(/✅ shop/)
      expect(labels).not.toContain('Promote to production')
      for (const told of [card, refused, JSON.stringify(form), asked]) {
        expect(told).toMatch(/failed in production at patch/)
        expect(told).toMatch(/rolled back to .*<@U01ALICE>/)
      }
      expect(asked).toContain('the host was repaired')
      expect(approve?.confirm).toMatch(/failed at patch, was rolled back in production/)
    })

    test('[S3.20] the chain from commit to production can be read, oldest first', async () => {
      const events = await api.events(first)
      const kinds = events.map(({ kind: one }) => one)

      expect(events.map(({ at }) => at)).toEqual(events.map(({ at }) => at).toSorted())
      for (const wanted of [
        'release.cut',
        'candidate.ready',
        'deployment.prepared',
        'deployment.approved',
        'release.linked',
        'deployment.completed',
        'deployment.accepted',
        'release.released',
      ]) {
        expect(kinds).toContain(wanted)
      }
    })

    test('[S4.1] no message calls a deployment a release', async () => {
      const texts = (await shop.all()).map(wholeText)

      expect(texts.length).toBeGreaterThan(20)
      for (const text of texts) {
        expect(text).not.toMatch(
          /releas(?:e[ds]?|ing) (?:it |them )?(?:in)?to (?:integration|staging|production)/i,
        )
      }
    })

    test('every stage of every deployment had its effect once', async () => {
      const effects = await demoEffects(stack.embedded.demo.hostUrl)
      const lines = effects.map(({ key, action }) => `${key} ${action}`)

      expect(lines.length).toBeGreaterThan(5)
      expect(new Set(lines).size).toBe(lines.length)
    })
  },
)
