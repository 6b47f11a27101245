/** Who wrote what ships: hidden addresses, agents with a person behind them, and what the file says of both. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, quinn } from '../support/channel.js'
import { type GitJourney, startGitJourney } from '../support/git-journey.js'
import { reachedIn } from '../support/progress.js'
import { hangUp } from '../support/reconfigure.js'
import { until } from '../support/until.js'

const lines = [
  'environments:',
  '  - { name: integration, mode: continuous, patch: { run: "true" }, check: { run: "true" } }',
  '  - name: production',
  '    approve: { from: [releasers], count: 1, notSoleAuthor: true }',
  '    patch: { run: "test ! -e broken" }',
  '    check: { run: "true" }',
]
const byRules = [
  'tag: api-v{version}',
  'version: semver',
  'environments:',
  '  - { name: integration, mode: continuous, patch: { run: "true" }, check: { run: "true" } }',
  '  - { name: production, approve: [{ from: [qa] }, { from: [sre] }], patch: { run: "true" } }',
]
const hidden = { name: 'Alice', email: '1234+alice-codes@users.noreply.github.com' }
const agent = { name: 'Agent', email: 'noreply@agent.example' }

describe('who wrote what ships', () => {
  let journey: GitJourney
  let shop: Channel
  let api: Api

  beforeAll(async () => {
    journey = await startGitJourney({ shop: lines, api: byRules })
    shop = channelOf(journey.stack.slack)
    api = apiOf(journey.stack.url)
    const version = await prepared('The first one')
    // All of the repository ships, which several people wrote.
    await shop.ask(alice, `approve shop ${version}-rc.1 production`, /Approved/)
    await reachedIn(api, version, { environment: 'production', state: 'awaiting_acceptance' })
    await shop.ask(alice, `accept shop ${version}-rc.1 production`, /Accepted/)
  })
  afterAll(async () => journey?.close())

  /** Bob cuts what is new and asks for it in production. */
  async function prepared(title: string): Promise<string> {
    const answer = await shop.ask(bob, `cut shop "${title}"`, /Cut `/)
    const version = /Cut `([^`]+)-rc\.1`/.exec(answer)?.[1] ?? ''
    await reachedIn(api, version, { environment: 'integration', state: 'accepted' })
    await shop.ask(bob, `promote ${version}-rc.1 to production`, /Prepared/)
    await reachedIn(api, version, { environment: 'production', state: 'prepared' })
    return version
  }
  const commit = (author: { name: string; email: string }, message: string, file?: string) =>
    journey.stack.embedded.demo.repository.commit({
      ...{ author, message, files: { [file ?? `${message.length}.txt`]: message } },
    })
  /** To whom messages about production are planned, by what they are about. */
  const toldAuthors = async (topic: 'arrived' | 'setback', commits: readonly string[]) => {
    const { rows } = await sql<{ key: string }>`
      select key from slack_messages where key like ${`author/${topic}/shop/production/%`}`.execute(
      journey.stack.database.db,
    )
    const keys = rows.map(({ key }) => key.split('/'))
    return keys.flatMap(([, , , , sha = '', user]) => (commits.includes(sha) ? [user ?? ''] : []))
  }
  const wasTold = (words: string) =>
    until(`a direct message with “${words}”`, async () =>
      (await journey.stack.slack.log()).some(
        ({ direction, detail }) =>
          direction === 'from_bot' &&
          /"channel":"D/.test(JSON.stringify(detail)) &&
          JSON.stringify(detail).includes(words),
      ),
    )
  const approves = (who: string, version: string, says: RegExp) =>
    shop.ask(who, `approve shop ${version}-rc.1 production`, says)

  async function rewrite(change: (yaml: string) => string): Promise<void> {
    const file = journey.stack.embedded.variables['SLIPWAY_CONFIG'] ?? ''
    const log = (): string => readFileSync(join(journey.stack.dataFolder, 'slipway.log'), 'utf8')
    const before = log().length
    writeFileSync(file, change(readFileSync(file, 'utf8')))
    hangUp(journey.stack)
    await until('the reload', async () => log().slice(before).includes('configuration is in force'))
  }

  let version = ''

  test('[G.7] an author whom nobody knows satisfies no rule: which commit, and what to do', async () => {
    const sha = await commit(hidden, 'By a hidden address')
    version = await prepared('Hidden')
    const answer = await approves(alice, version, /did not count your approval/)

    // Slack shows the address with a space of no width in it, which the file may have as well.
    expect(answer.replaceAll('\u200b', '')).toContain(hidden.email)
    expect(answer).toContain(sha.slice(0, 7))
    expect(answer).toMatch(/`identities`/)
  })

  test('[G.7] the file says whose it is: then the author is refused as the author, and somebody else approves', async () => {
    const identities =
      'identities: { U01ALICE: ["1234+alice-codes@\u200busers.noreply.github.com"] }\nagents: [noreply@agent.example]'
    await rewrite((yaml) => `${identities}\n${yaml}`)

    expect(await approves(alice, version, /did not count your approval/)).toMatch(/only author/)
    expect(await approves(bob, version, /Approved/)).toMatch(/1 of 1/)
    await reachedIn(api, version, { environment: 'production', state: 'awaiting_acceptance' })
    await shop.ask(bob, `accept shop ${version}-rc.1 production`, /Accepted/)
  })

  test('[G.7] what an agent wrote with somebody is theirs; alone it is nobody’s who is known', async () => {
    await commit(agent, 'With a person\n\nCo-authored-by: Alice <ALICE@example.com>')
    const paired = await prepared('Paired')
    const refused = await approves(alice, paired, /did not count your approval/)
    await approves(bob, paired, /Approved/)
    await reachedIn(api, paired, { environment: 'production', state: 'awaiting_acceptance' })
    await shop.ask(bob, `accept shop ${paired}-rc.1 production`, /Accepted/)
    const sha = await commit(agent, 'Nobody answers for this one')
    const alone = await prepared('Alone')

    expect(refused).toMatch(/only author/)
    expect(await approves(bob, alone, /did not count your approval/)).toMatch(
      new RegExp(`nobody who is known answers for .*${sha.slice(0, 7)}`),
    )
  })

  test('[G.7] what others wrote and is there already is nobody’s share of what ships', async () => {
    await commit(demoAuthors.bob, 'Of Bob')
    const first = await prepared('First')
    const sha = await commit(demoAuthors.alice, 'Of Alice')
    const second = await prepared('Second')
    await approves(alice, first, /Approved/)
    await reachedIn(api, first, { environment: 'production', state: 'awaiting_acceptance' })
    await shop.ask(bob, `accept shop ${first}-rc.1 production`, /Accepted/)

    expect(await approves(alice, second, /did not count your approval/)).toMatch(/only author/)
    await approves(bob, second, /Approved/)
    await reachedIn(api, second, { environment: 'production', state: 'awaiting_acceptance' })
    await shop.ask(bob, `accept shop ${second}-rc.1 production`, /Accepted/)
    expect((await api.environment('production')).current?.commit).toBe(sha)
  })

  test('[U.16] every author of what is brought to production is told once that it arrived', async () => {
    const [carols, alices] = [demoAuthors.carol, demoAuthors.alice]
    const shas = [
      await commit(carols, 'Older of Carol'),
      await commit(alices, 'The only one of Alice'),
      await commit(carols, 'Newer of Carol'),
    ]
    const brought = await prepared('Brought')
    await approves(alice, brought, /Approved/)
    await wasTold('Your changes, `Newer of Carol` and 1 more, reached shop production')
    await wasTold('Your change `The only one of Alice` reached shop production')
    await shop.ask(bob, `accept shop ${brought}-rc.1 production`, /Accepted/)

    expect(new Set(await toldAuthors('arrived', shas))).toEqual(new Set([alice, carol]))
    expect(await toldAuthors('arrived', shas)).toHaveLength(2)
  })

  test('[U.16] authors hear that it failed; whoever approved it is named in the channel and gets no second message', async () => {
    const shas = [
      await commit(demoAuthors.carol, 'Carol breaks it', 'broken'),
      await commit(demoAuthors.alice, 'Alice was near'),
    ]
    const broken = await prepared('Broken')
    await approves(alice, broken, /Approved/)
    await wasTold(`Your change \`Carol breaks it\` is in ${broken}-rc.1, which failed in shop production`)

    expect(await toldAuthors('setback', shas)).toEqual([carol])
  })

  test('[X.2] of a list of rules each counts by one of them, and nobody counts who has left the role', async () => {
    const cut = await shop.ask(bob, 'cut api "By rules"', /Cut `/)
    const candidate = /Cut `([^`]+)`/.exec(cut)?.[1] ?? ''
    const second = apiOf(journey.stack.url, 'api')
    const by = (who: string, says: RegExp) => shop.ask(who, `approve api ${candidate} production`, says)
    await reachedIn(second, candidate.replace('-rc.1', ''), { environment: 'integration', state: 'accepted' })
    await shop.ask(bob, `promote api ${candidate} to production`, /Prepared/)
    const why = await shop.learn(bob, `why api ${candidate}`, /1 approval by sre \(0 of 1 given\)/)
    const first = await by(alice, /Approved/)
    const needless = await by(quinn, /did not count your approval/)
    await rewrite((yaml) => yaml.replace('qa: [U01ALICE, U01QUINN]', 'qa: [U01QUINN]'))
    const later = await by(carol, /Approved/)
    const last = await by(quinn, /Approved/)

    expect(why).toMatch(/1 approval by qa \(0 of 1 given\)/)
    expect(first).toMatch(/1 of 2/)
    expect(needless).toMatch(/sre/)
    expect(later).toMatch(/1 of 2/)
    expect(last).toMatch(/2 of 2/)
    await reachedIn(second, candidate.replace('-rc.1', ''), {
      environment: 'production',
      state: 'awaiting_acceptance',
    })
  })
})
