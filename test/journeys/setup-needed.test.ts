import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import type { WorkspaceMessage } from '../../local/slack-control.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, quinn, wholeText } from '../support/channel.js'
import { driveOf } from '../support/drive.js'
import { type Environments, environmentsOf } from '../support/environments.js'
import { thisMonth } from '../support/noon-zone.js'
import { reconfigure } from '../support/reconfigure.js'
import { type Trail, trailOf } from '../support/refusals.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** Staging is set up only when a person wants it. */
const careful = (yaml: string): string =>
  `pollEvery: never\n${yaml.replace('- name: staging\n', '- name: staging\n        requireSetup: refuse\n')}`
/** In the variables of every environment. */
const withLevel = (level: string) => (yaml: string) =>
  yaml.replaceAll(/variables: \{ (?:LOG_LEVEL: \w+, )?DEMO/g, `variables: { LOG_LEVEL: ${level}, DEMO`)

describe('an environment that needs a setup first', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  let places: Environments
  let trail: Trail

  beforeAll(async () => {
    stack = await startStack({ configure: careful, processes: 'bot-and-worker' })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    places = environmentsOf(stack, api)
    trail = trailOf(stack, api)
  })
  afterAll(async () => stack?.close())

  const commit = (message: string, files: Record<string, string> = {}): Promise<string> =>
    stack.embedded.demo.repository.commit({
      message,
      author: demoAuthors.bob,
      files: { 'notes.txt': message, ...files },
    })
  const cut = async (title: string, version: string): Promise<void> => {
    await shop.ask(alice, `cut shop "${title}"`, /Cut `/)
    await shop.cardSays(/integration ✅ accepted/, version)
  }
  const refused = (version: string, why: RegExp): Promise<WorkspaceMessage> =>
    trail.refuses(alice, 'setup-required', async () => {
      await shop.press(alice, /Promote to staging/, version)
      return shop.answer(alice, why)
    })
  const inStaging = async (version: string) =>
    (await api.release(version)).deployments.filter(({ environment }) => environment === 'staging')
  const accepted = async (version: string): Promise<void> => {
    await shop.press(quinn, /^Accept/, version)
    await shop.cardSays(/staging ✅ accepted/, version)
  }
  const reconfigured = async (level: string): Promise<void> => {
    await reconfigure(stack, withLevel(level))
    await places.wantsSetup('staging', true)
  }

  test('[S2.23] a promotion where setup never ran is refused at the door, and goes on with a setup', async () => {
    const first = `${thisMonth}.1`
    await commit('First')
    await cut('First', first)
    const answer = await refused(first, /never set up/)

    expect(wholeText(answer)).toMatch(/did not promote .* to staging/)
    expect(await inStaging(first)).toEqual([])
    expect(await api.release(first)).toMatchObject({ links: [], deletable: true })
    await shop.pressIn(alice, answer, /Promote with a setup/)
    await accepted(first)
    expect(await places.started('staging')).toContain('setup:started')
    expect((await api.release(first)).links).toHaveLength(1)
  })

  test('[S2.23] new variables: refused with Rebuild, nothing queued, linked or counted; after it the patch goes', async () => {
    const second = `${thisMonth}.2`
    await reconfigured('debug')
    await commit('Second')
    await cut('Second', second)
    const before = (await places.started('staging')).length
    const answer = await refused(second, /variables changed/)
    const metrics = await shop.learn(alice, 'metrics shop', /staging/)

    expect(await inStaging(second)).toEqual([])
    expect(await api.release(second)).toMatchObject({ links: [], deletable: true })
    expect(wholeText(await shop.card(second))).not.toMatch(/failed|staging [^○]/)
    expect(metrics).toMatch(/staging.*\b0 %/)
    await shop.pressIn(alice, answer, /Rebuild/)
    await places.wantsSetup('staging', false)
    await shop.press(alice, /Promote to staging/, second)
    await accepted(second)
    const since = (await places.started('staging')).slice(before).filter((one) => !one.startsWith('check'))
    expect(since).toEqual(['setup:started', 'patch:started'])
  })

  test('[S2.23] a template that only the candidate has is seen before anything is queued', async () => {
    const third = `${thisMonth}.3`
    await commit('Third', { 'deploy/app.yaml': 'memoryMegabytes: 96\ncurrency: EUR\n' })
    await cut('Third', third)
    const answer = await refused(third, /template changed/)

    // A rebuild would set up with what runs, which has the old one.
    expect(places.buttonsOf(answer)).toEqual(['Promote with a setup'])
    await shop.pressIn(alice, answer, /Promote with a setup/)
    await accepted(third)
  })

  test('[S2.23] [S1.12] what becomes necessary while it waits in line touches nothing: not failed, not linked, deletable', async () => {
    const fourth = `${thisMonth}.4`
    await commit('Fourth')
    await cut('Fourth', fourth)
    await shop.ask(bob, 'lock shop staging --reason "new variables are on their way"', /[Ll]ocked/)
    // Typed: behind a lock the card has no button for it.
    await shop.ask(alice, `promote shop ${fourth}-rc.1 to staging`, /Queued/)
    await until('its place in line', async () => (await inStaging(fourth))[0]?.state === 'queued')
    await reconfigured('trace')
    await shop.ask(bob, 'unlock staging', /[Uu]nlocked/)
    await until('the end of it', async () => (await inStaging(fourth))[0]?.state === 'aborted')
    const line = await until('the line in the thread', async () =>
      (await shop.thread(fourth)).find((text) => /was not deployed to staging/.test(text)),
    )

    expect(line).toMatch(/a setup is needed first: the environment variables changed\. Nothing was touched/)
    expect(await api.release(fourth)).toMatchObject({ links: [], deletable: true })
    expect(await places.settles('staging', 'ready')).toMatchObject({ setupRequired: true })
    const card = wholeText(await shop.cardSays(/staging ⏹️/, fourth))
    expect(card).not.toMatch(/failed/)
    await shop.ask(alice, `delete shop ${fourth} --yes`, /[Dd]eleted/)
  })

  test('[S2.24] new variables are told to the channel; where people approve, setting up with them passes the approval', async () => {
    const third = `${thisMonth}.3`
    const drive = driveOf(stack)
    await drive.promote(third, 'production')
    const approved = async (): Promise<void> => {
      await shop.ask(bob, `approve shop ${third}-rc.1 production`, /Approved/)
      await shop.ask(carol, `approve shop ${third}-rc.1 production`, /Approved/)
    }
    await approved()
    await drive.reaches(third, 'production', 'awaiting_acceptance')
    await shop.ask(alice, `accept shop ${third}-rc.1 production`, /Accepted/)
    await drive.reaches(third, 'production', 'accepted')
    const before = (await places.setups('production')).length
    await reconfigure(stack, withLevel('error'))
    await places.wantsSetup('production', true)
    const notice = await places.notice(/production needs a setup/)

    expect(wholeText(notice)).toMatch(/the environment variables changed\. Setting it up passes its approval/)
    await shop.command(alice, 'env patch production')
    const refusal = await shop.answer(alice, /passes its approval/)
    expect(wholeText(refusal)).toMatch(/did not set production up/)
    expect(await places.setups('production')).toHaveLength(before)

    await shop.pressIn(alice, refusal, /Promote with a setup/)
    await shop.answer(alice, /Prepared .* needs 2 approvals/)
    await drive.reaches(third, 'production', 'prepared')
    await approved()
    // It was accepted there before: its check tells whether it still works.
    await drive.reaches(third, 'production', 'accepted')
    expect((await places.setups('production')).slice(before).join()).toMatch(/setup:started/)
    await places.wantsSetup('production', false)
    await until('the notice to say so', async () =>
      /It is set up with what is configured/.test(wholeText(await places.notice(/production needs a setup/))),
    )
  })

  test('[S2.24] a plan says where a setup comes first', async () => {
    await commit('Fifth')
    await cut('Fifth', `${thisMonth}.5`)
    const plan = await shop.ask(alice, `plan shop ${thisMonth}.5-rc.1`, /The way of/)

    // Staging still has the variables of before the last two changes.
    expect(plan).toMatch(/staging\*.*sets up first: the environment variables changed.*production/s)
    expect(plan).not.toMatch(/production\*.*sets up first/s)
  })
})
