/** What a team does every day, counted in presses and keys: at most the ideal, and one press more. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { openSlackWindow, type SlackWindow } from '../../local/slack-window.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, quinn, wholeText } from '../support/channel.js'
import { beyond, type Hands, handsOf } from '../support/hands.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** The gates of the demo, with stages that do next to nothing: a commit with `broken.txt` fails in production. */
const configure = (yaml: string): string => {
  const [, repository = ''] = /repository: "(.*)"/.exec(yaml) ?? []
  return `command: /release
pollEvery: never
roles: { releasers: [${alice}, ${bob}], qa: [${quinn}], release-managers: [${alice}, ${bob}, ${carol}] }
apps:
  shop:
    repository: ${repository}
    channel: C01SHOP
    version: calendar
    permissions: { cut: [releasers] }
    build: { run: "ls > files.txt", artifacts: [files.txt] }
    types: { hotfix: { approvals: 1, cut: [releasers] } }
    environments:
      - { name: integration, mode: continuous, patch: { run: "true" } }
      - { name: staging, accept: { from: [qa] }, patch: { run: "true" } }
      - name: production
        approve: { from: [release-managers], count: 2, fourEyes: true }
        patch: { run: "test ! -e broken.txt" }
    previews: { like: integration, expires: 3d, most: 3 }
`
}

describe('the jobs of every day', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  let window: SlackWindow
  const release = (number: number): string => `${thisMonth}.${number}`
  const hands = (): Hands => handsOf(shop, window)
  const commit = (message: string, files: Record<string, string | null>, branch?: string) =>
    stack.embedded.demo.repository.commit({
      ...{ message, files, author: demoAuthors.bob },
      ...(branch === undefined ? {} : { branch }),
    })
  const runsOn = (environment: string, candidate: string): Promise<unknown> =>
    until(`${candidate} on ${environment}`, async () => {
      const { current } = await api.environment(environment)
      if (current?.candidate !== candidate) throw new Error(`${current?.candidate ?? 'nothing'} runs there`)
      return true
    })

  beforeAll(async () => {
    stack = await startStack({ configure })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    window = await openSlackWindow(stack.embedded.slackUrl ?? '')
  })
  afterAll(async () => {
    window?.end()
    await stack?.close()
  })

  /** From staging on, a release asks for production: Bob asks, so Alice and Carol decide. */
  async function askForProduction(by: Hands, version: string): Promise<void> {
    await by.press(alice, /^Promote to staging/, version)
    await by.press(quinn, /^Accept on staging/, version)
    await by.press(bob, /^Promote to production/, version)
  }
  const approve = async (by: Hands, version: string): Promise<void> => {
    for (const user of [alice, carol]) await by.press(user, /^Approve for production$/, version)
  }

  test('from a commit to production, and who must approve it', async () => {
    const by = hands()
    const asking = hands()
    const version = release(1)
    await by.ask(alice, 'cut shop "Summer sale"', /Cut `/)
    await askForProduction(by, version)
    const card = wholeText(await shop.cardSays(/0 of 2/, version))
    await approve(by, version)
    await runsOn('production', `${version}-rc.1`)

    expect(card).toMatch(new RegExp(`${alice}.*${carol}`))
    expect(beyond('who must approve?', asking)).toBeNull()
    expect(beyond('cut → production', by)).toBeNull()

    await shop.press(alice, /^Accept on production/, version)
    await shop.cardSays(/production ✅/, version)
  })

  test('what is on staging', async () => {
    const by = hands()
    const answer = await by.ask(bob, 'where staging', /staging/)

    expect(answer).toContain(release(1))
    expect(await shop.ask(bob, "what's on staging?", /staging/)).toContain(release(1))
    expect(beyond('what is on staging?', by)).toBeNull()
  })

  test('what changed since production, why it is stuck, and back from a failure', async () => {
    const version = release(2)
    await commit('Sell umbrellas', { 'broken.txt': 'yes\n' })
    await shop.ask(alice, 'cut shop "Umbrellas"', /Cut `/)
    const rest = hands()
    await askForProduction(rest, version)
    await shop.cardSays(/0 of 2/, version)

    const looking = hands()
    await looking.press(carol, /^Changes$/, version)
    const changes = wholeText(await shop.answer(carol, /Sell umbrellas/))
    const wondering = hands()
    const why = await wondering.ask(bob, 'why', /approv/i)
    await approve(rest, version)
    await shop.cardSays(/failed at patch/, version)
    const back = hands()
    await back.pressForForm(bob, /^Roll back production to/, version)
    await back.submit(bob)
    await runsOn('production', `${release(1)}-rc.1`)
    await shop.cardSays(/rolled back from production/, version)

    expect(changes).toMatch(new RegExp(`1 commit[^]*${release(1)}|${release(1)}[^]*1 commit`))
    expect(why).toContain('production')
    expect(beyond('what changed since production?', looking)).toBeNull()
    expect(beyond('why is it stuck?', wondering)).toBeNull()
    expect(beyond('roll back a failed one', back)).toBeNull()
  })

  test('back from one that is live, but bad', async () => {
    const version = release(3)
    await commit('Sell no umbrellas', { 'broken.txt': null })
    await shop.ask(alice, 'cut shop "No umbrellas"', /Cut `/)
    const rest = hands()
    await askForProduction(rest, version)
    await approve(rest, version)
    await shop.press(alice, /^Accept on production/, version)
    await shop.cardSays(/production ✅/, version)

    const by = hands()
    await by.pressForForm(bob, /^Roll back production to/, version)
    await by.submit(bob)
    await runsOn('production', `${release(1)}-rc.1`)

    expect(beyond('roll back a live but bad one', by)).toBeNull()
  })

  test('a hotfix: cut from what runs in production with its fix alone, once however often it is asked for', async () => {
    const version = release(4)
    const running = (await api.environment('production')).current?.commit ?? ''
    const fix = await commit('Mend totals (#4812)', { 'totals.txt': 'mended\n' })
    const by = hands()
    const answers = by.ask(bob, 'hotfix #4812', /Cut `[^`]+` from what runs in production/)
    await shop.command(bob, 'hotfix #4812')
    const answer = await answers
    await by.press(alice, /^Promote to staging/, version)
    await by.press(quinn, /^Accept on staging/, version)
    await by.press(bob, /^Promote to production/, version)
    await by.press(carol, /^Approve for production$/, version)
    await runsOn('production', `${version}-rc.2`)
    const { title, candidates, deployments } = await api.release(version)

    expect(answer).toContain(fix.slice(0, 7))
    expect(title).toBe('Mend totals (#4812)')
    expect(candidates.map((one) => one.commit)[0]).toBe(running)
    expect(candidates).toHaveLength(2)
    expect(deployments.filter(({ candidate }) => candidate === `${version}-rc.1`)).toEqual([])
    expect((await api.releases()).filter((one) => one.title === title)).toHaveLength(1)
    expect(beyond('hotfix', by)).toBeNull()
  })

  test('[S5.7] a fix is picked from the menu of the card, by ticking it among the newest of trunk', async () => {
    const version = release(5)
    await shop.ask(alice, 'cut shop "Winter sale"', /Cut `/)
    await shop.cardSays(/integration ✅/, version)
    const fix = await commit('Mend the basket', { 'basket.txt': 'mended\n' })
    const by = hands()
    await by.pressForForm(alice, /^Cherry-pick/, version)
    await by.submit(alice, { commits: [fix.slice(0, 7)] })
    const card = wholeText(await shop.cardSays(/Picked since/, version))

    expect(card).toContain('Mend the basket')
    expect((await api.release(version)).candidates).toHaveLength(2)
    expect(beyond('pick a fix', by)).toBeNull()
  })

  test('a hotfix that names no fix, or none that exists, cuts nothing', async () => {
    const before = (await api.releases()).length
    const refused = await shop.ask(bob, 'hotfix #9999', /did not/)
    const running = (await api.environment('production')).current?.commit ?? ''
    const contained = await shop.ask(bob, `hotfix ${running.slice(0, 9)}`, /did not/)

    expect(refused).toMatch(/9999.*no commit of main names it/)
    expect(contained).toMatch(/Already contained/)
    expect(await api.releases()).toHaveLength(before)
  })

  test('[S5.7] a fix that conflicts waits on the card of its hotfix, as any other pick does', async () => {
    await commit('Price one', { 'prices.txt': 'one\n' })
    const second = await commit('Price two', { 'prices.txt': 'two\n' })
    const refused = await shop.ask(bob, `hotfix ${second.slice(0, 9)}`, /conflict/)
    const version = release(6)
    const card = wholeText(await shop.cardSays(/in conflict/, version))

    expect(refused).toMatch(/prices\.txt/)
    expect(card).toContain('Continue pick')
    expect((await api.release(version)).candidates).toHaveLength(1)
  })

  test('[S2.16] a preview is extended', async () => {
    await commit('Start a feature', { 'feature.txt': 'x\n' }, 'feature-x')
    await shop.ask(alice, 'env create pr-9 from feature-x', /preview of feature-x/)
    await until('the preview', async () => (await api.environment('pr-9')).state === 'ready')
    const by = hands()
    await by.askForForm(alice, 'extend')
    await by.submit(alice)
    await shop.answer(alice, /pr-9 now lives until/)

    expect(beyond('extend a preview', by)).toBeNull()
  })

  test('[S4.4] staging is locked for a demo', async () => {
    const by = hands()
    await by.askForForm(alice, 'lock staging for demo')
    await by.submit(alice)
    await shop.answer(alice, /Locked staging until/)

    expect(await shop.ask(bob, 'where staging', /staging/)).toMatch(/demo/)
    expect(beyond('lock for a demo', by)).toBeNull()
  })
})
