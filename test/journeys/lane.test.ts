import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, dan, quinn, wholeText } from '../support/channel.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** Staging and uat gate production together; staging rolls back automatically; two seconds make overlaps visible. */
function configure(yaml: string): string {
  const slow = yaml.replaceAll(/(setup|patch): \{ run: deploy\/\w+\.sh/g, '$& && sleep 2')
  const start = slow.indexOf('      - name: staging')
  const end = slow.indexOf('      - name: production')
  const staging = slow.slice(start, end)
  const uat = staging.replace('name: staging', 'name: uat\n        alongside: staging')
  const guarded = staging.replace('name: staging', 'name: staging\n        rollbackOnFailedCheck: true')
  return `pollEvery: never\n${slow.slice(0, start)}${guarded}${uat}${slow.slice(end)}`
}

const GREEN = '#!/bin/sh\nexec node "$(dirname "$0")/tool.mjs" begin smoke\n'
const RED = '#!/bin/sh\n[ "$SLIPWAY_ENVIRONMENT" != staging ]\n'

describe('lanes under control', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  const [first, second, third, fourth] = [1, 2, 3, 4].map((number) => `${thisMonth}.${number}`) as [
    string,
    string,
    string,
    string,
  ]

  const commit = (message: string, files: Record<string, string>) =>
    stack.embedded.demo.repository.commit({
      message,
      files,
      author: demoAuthors.bob,
    })
  const stateOf = async (version: string, environment: string) =>
    (await api.release(version)).deployments.findLast((one) => one.environment === environment)?.state
  const reaches = (version: string, environment: string, state: string) =>
    until(
      `${version} ${state} in ${environment}`,
      async () => (await stateOf(version, environment)) === state,
    )
  const cut = async (version: string, title: string) => {
    await shop.ask(alice, `cut shop "${title}"`, /Cut `/)
    await reaches(version, 'integration', 'accepted')
  }
  const promote = (user: string, version: string, environment: string, more = '') =>
    shop.ask(user, `promote shop ${version}-rc.1 to ${environment}${more}`, /Queued|did not|Prepared/)
  const accept = (version: string, environment: string) =>
    shop.ask(quinn, `accept shop ${version}-rc.1 ${environment}`, /Accepted/)
  const spans = async (environment: string) =>
    stack.database.db
      .selectFrom('stage_runs')
      .innerJoin('deployments', 'deployments.id', 'stage_runs.deployment_id')
      .where('deployments.environment', '=', environment as never)
      .select(['stage_runs.started_at as start', 'stage_runs.finished_at as end'])
      .orderBy('stage_runs.started_at')
      .execute()
  const direct = async (user: string) => {
    const rows = await stack.database.db
      .selectFrom('slack_messages')
      .where('channel', '=', user as never)
      .where('ts', 'is not', null)
      .selectAll()
      .execute()
    return rows.map(({ key }) => key)
  }

  beforeAll(async () => {
    stack = await startStack({ configure })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    await cut(first, 'Summer sale')
  })
  afterAll(async () => stack?.close())

  test('[S4.10] [S5.6] one candidate is deployed to two environments of a level at once', async () => {
    await Promise.all([promote(alice, first, 'staging'), promote(bob, first, 'uat')])
    await reaches(first, 'staging', 'awaiting_acceptance')
    await reaches(first, 'uat', 'awaiting_acceptance')
    const [staging, uat] = [await spans('staging'), await spans('uat')]
    const overlaps = staging.some((one) =>
      uat.some((other) => one.start < (other.end ?? other.start) && other.start < (one.end ?? one.start)),
    )

    expect(overlaps).toBe(true)
  })

  test('[S4.9] both environments of the level below gate production: the one that is missing is named', async () => {
    await accept(first, 'staging')
    const answer = await promote(alice, first, 'production')

    expect(answer).toMatch(/uat/)
    expect(answer).not.toMatch(/staging.*uat|uat.*staging/)
    expect(await stateOf(first, 'production')).toBeUndefined()
    await accept(first, 'uat')
  })

  test('[S4.10] [R.6] two promotes to one environment run one after the other; the older is superseded visibly', async () => {
    await commit('Second', { 'SECOND.md': 'second\n' })
    await cut(second, 'Second')
    await commit('Third', { 'THIRD.md': 'third\n' })
    await cut(third, 'Third')
    const before = (await spans('uat')).length
    await Promise.all([
      shop.command(alice, `promote shop ${second}-rc.1 to uat`),
      shop.command(bob, `promote shop ${third}-rc.1 to uat`),
    ])
    const states = await until('both through uat', async () => {
      const now = new Set([await stateOf(second, 'uat'), await stateOf(third, 'uat')])
      return now.has('awaiting_acceptance') && now.has('superseded') ? now : null
    })
    const ran = (await spans('uat')).slice(before)

    expect(states.size).toBe(2)
    expect(ran.every((one, index) => index === 0 || (ran[index - 1]?.end ?? one.start) <= one.start)).toBe(
      true,
    )
  })

  describe('a lock', () => {
    test.each([
      ['until yesterday', /time/i],
      ['until banana', /time/i],
    ])('[U.6] with the end "%s" locks nothing', async (end, why) => {
      const answer = await shop.ask(bob, `lock staging ${end}: load test`, /did not/)

      expect(answer).toMatch(why)
      expect((await api.environment('staging')).lock).toBeNull()
    })

    test('[S4.4] has an owner, a reason and an end in the zone of who asks', async () => {
      await shop.ask(bob, 'lock staging for 2h: load test', /Locked/)
      // Here and below: an order is answered a moment before what it did is written.
      const lock = await until(
        'the lock',
        async () =>
          (await api.environment('staging')).lock as { owner: string; reason: string; until: string } | null,
      )

      expect(lock).toMatchObject({ owner: bob, reason: 'load test' })
      expect(Math.abs(Date.parse(lock.until) - Date.now() - 7_200_000)).toBeLessThan(60_000)
    })

    test('[S4.10] of somebody else is refused with its owner and the way to take it over', async () => {
      const answer = await shop.ask(alice, 'lock staging for 1h: my turn', /did not/)

      expect(answer).toContain(bob)
      expect(answer).toMatch(/take-over/)
      expect((await api.environment('staging')).lock).toMatchObject({ owner: bob })
    })

    test('[S4.4] makes others wait, and the thread says for whom', async () => {
      await promote(alice, second, 'staging')
      await until('the reason in the thread', async () =>
        (await shop.thread(second)).some((line) => /load test/.test(line) && line.includes(bob)),
      )

      expect(await stateOf(second, 'staging')).toBe('queued')
    })

    test('[S4.10] is taken over knowingly: the holder is told directly, and who waited goes on', async () => {
      await shop.ask(alice, 'lock staging --take-over for 1h: my turn', /Taken over/)
      await reaches(second, 'staging', 'awaiting_acceptance')
      const told = await until('a direct message', async () => {
        const keys = await direct(bob)
        return keys.length > 0 ? keys : null
      })

      expect(told).toHaveLength(1)
      expect((await api.environment('staging')).lock).toMatchObject({ owner: alice })
      await shop.ask(alice, 'unlock staging', /Unlocked/)
      await shop.ask(alice, 'unlock staging', /not locked/)
    })
  })

  describe('a lock that ends', () => {
    test('[S4.4] frees the lane by itself, also when its end was moved, and who waited is told', async () => {
      const waits = (await stateOf(second, 'uat')) === 'superseded' ? second : third
      await shop.ask(bob, 'lock uat: quick look', /Locked/)
      await shop.ask(alice, `promote shop ${waits}-rc.1 to uat --yes`, /Queued/)
      const why = await shop.learn(alice, `why ${waits}`, /quick look/)
      await shop.ask(bob, 'lock uat for 2s: quick look', /Locked/)
      await reaches(waits, 'uat', 'awaiting_acceptance')
      const thread = await until('the line in the thread', async () =>
        (await shop.thread(waits)).find((line) => /lock of uat ended/.test(line)),
      )
      const told = await until('a direct message', async () => (await direct(alice)).length > 0)

      expect(why).toContain(bob)
      expect(thread).toMatch(/goes on in its turn/)
      expect(told).toBe(true)
      expect((await api.environment('uat')).lock).toBeNull()
    })
  })

  describe('a freeze', () => {
    test('[S4.4] is for those it was granted to by name', async () => {
      const answer = await shop.ask(dan, 'freeze shop for 2h: audit', /did not/)

      expect(answer).not.toMatch(/Frozen/)
    })

    test('[S4.4] shows owner, reason and end, and refuses promotions with them', async () => {
      await shop.ask(carol, 'freeze shop for 2h: audit', /Frozen/)
      const answer = await promote(alice, third, 'staging')

      expect(answer).toMatch(/audit/)
      expect(answer).toContain(carol)
      expect(await stateOf(third, 'staging')).toBeUndefined()
    })

    test('[S4.4] the channel is told of it once, not once for each environment', async () => {
      const notes = async (): Promise<readonly string[]> =>
        (await shop.all()).map(wholeText).filter((text) => /Promotions are frozen: audit/.test(text))
      await until('the channel to hear of it', async () => (await notes()).length > 0)
      const events = await stack.database.db
        .selectFrom('audit')
        .select(['environment', 'tell'])
        .where('kind', '=', 'environment.frozen')
        .execute()

      expect(await notes()).toHaveLength(1)
      expect((await notes())[0]).toContain(carol)
      expect(events.filter(({ tell }) => tell !== 'keep')).toEqual([
        { environment: 'integration', tell: 'broadcast' },
      ])
      expect(events).toHaveLength((await api.environments()).length)
    })

    test('[S4.4] [R.6] of overrides at once, also of the same person, one is carried out where everybody sees it, and all are told', async () => {
      const override = `promote shop ${third}-rc.1 to staging --override`
      const told = /Queued `|did not promote|already asked/
      await Promise.all([
        shop.command(alice, `${override} "customers wait"`),
        shop.command(alice, `${override} "customers wait"`),
        shop.command(alice, `${override} "customers wait for it"`),
        shop.command(bob, `${override} "customers wait"`),
      ])
      const answers = [
        wholeText(await shop.answer(alice, told)),
        wholeText(await shop.answer(alice, told)),
        wholeText(await shop.answer(alice, told)),
        wholeText(await shop.answer(bob, told)),
      ]
      await reaches(third, 'staging', 'awaiting_acceptance')
      await until('the reason in the thread', async () =>
        (await shop.thread(third)).some((line) => /customers wait/.test(line)),
      )
      const lines = await stack.database.db
        .selectFrom('audit')
        .where('kind', 'in', ['gate.overridden', 'order.refused'])
        .select(['kind', 'facts', 'tell', 'actor'])
        .execute()
      const overridden = lines.filter(
        ({ kind, facts }) => kind === 'gate.overridden' && JSON.stringify(facts).includes('audit'),
      )
      const refused = lines.filter(({ facts }) => 'code' in facts && facts.code === 'already-there')

      expect(
        (await api.release(third)).deployments.filter((one) => one.environment === 'staging'),
      ).toHaveLength(1)
      expect(answers.filter((text) => /Queued `/.test(text))).toHaveLength(1)
      // The same words twice are one order; every other order has a line of its own.
      expect(answers.filter((text) => /already asked/.test(text))).toHaveLength(1)
      expect(refused).toHaveLength(2)
      // Once where the gate was passed, once where the lane was: both in the channel.
      expect(overridden.map(({ tell }) => tell)).toEqual(['broadcast', 'broadcast'])
    })

    test('[S4.4] [S5.13] does not stop a rollback, which builds nothing and holds automation', async () => {
      const builds = await stack.database.db.selectFrom('builds').selectAll().execute()
      await shop.ask(alice, `rollback staging to ${first} -m "errors" --yes`, /Rolling/)
      await until('the rollback', async () => {
        const { current } = await api.environment('staging')
        return current?.version === first
      })

      expect((await api.environment('staging')).hold).toMatchObject({ by: alice })
      expect(await stack.database.db.selectFrom('builds').selectAll().execute()).toHaveLength(builds.length)
    })

    test('[S4.4] ends when it is thawed; twice says that nothing is frozen', async () => {
      await shop.ask(carol, 'thaw shop', /freeze is over/)
      await shop.ask(carol, 'thaw shop', /not frozen/)
      await shop.ask(alice, 'resume staging', /goes on/)

      await expect.poll(async () => (await api.environment('staging')).hold).toBeNull()
    })
  })

  describe('a check that fails', () => {
    test('[S4.14] [S5.13] is told in the channel, and the environment goes back to what was accepted, by itself', async () => {
      await commit('Break staging', { 'deploy/smoke.sh': RED })
      await cut(fourth, 'Broken')
      await promote(alice, fourth, 'staging')
      await until('the rollback', async () => {
        const { current } = await api.environment('staging')
        return current?.version === first && current.acceptedBy === 'slipway'
      })
      const events = await api.events(fourth)
      const { hold } = await api.environment('staging')

      expect(events.some(({ kind }) => kind === 'deployment.failed')).toBe(true)
      expect(hold).toMatchObject({ by: 'slipway' })
      expect(await stateOf(fourth, 'staging')).toBe('superseded')
    })

    test('[S4.14] elsewhere the card offers to retry and to roll back to what ran before', async () => {
      await commit('Break uat', { 'deploy/smoke.sh': RED.replace('staging', 'uat') })
      await cut(`${thisMonth}.5`, 'Broken elsewhere')
      await promote(alice, `${thisMonth}.5`, 'uat')
      await reaches(`${thisMonth}.5`, 'uat', 'failed')
      const card = wholeText(await shop.cardSays(/Retry/, `${thisMonth}.5`))

      expect(card).toMatch(/Roll back uat to/)
      expect(card).toMatch(/failed/)
      await commit('Repair', { 'deploy/smoke.sh': GREEN })
    })
  })
})
