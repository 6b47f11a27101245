import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoAuthors } from '../../local/demo-history.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, channelOf, quinn, wholeText } from '../support/channel.js'
import { thisMonth } from '../support/noon-zone.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const goodBuild = readFileSync(join(import.meta.dirname, '../../local/demo-app/build.mjs'), 'utf8')

/** Two people may accept; staging has an end, so that one order tears it down; between staging and production a canary takes part of the traffic. */
function configure(yaml: string): string {
  const people = yaml
    .replace('qa: [U01QUINN]', 'qa: [U01QUINN, U01BOB]')
    .replace('- name: staging', '- name: staging\n        expires: 3d')
  const start = people.indexOf('      - name: staging')
  const end = people.indexOf('      - name: production')
  const canary = people.slice(start, end).replace('name: staging', 'name: canary-5')
  return `pollEvery: never\n${people.slice(0, end)}${canary}${people.slice(end)}`
}

describe('what happens at the same moment', () => {
  let stack: Stack
  let shop: Channel
  let api: Api
  const version = (number: number) => `${thisMonth}.${number}`
  const commit = (message: string, files: Record<string, string>) =>
    stack.embedded.demo.repository.commit({ message, files, author: demoAuthors.bob })
  const deploymentOf = async (number: number, environment: string) =>
    (await api.release(version(number))).deployments.findLast((one) => one.environment === environment)
  const reaches = (number: number, environment: string, state: string) =>
    until(
      `${version(number)} ${state} in ${environment}`,
      async () => (await deploymentOf(number, environment))?.state === state,
    )
  const cut = async (number: number) => {
    await commit(`Change ${number}`, { [`CHANGE-${number}.md`]: 'changed\n' })
    await shop.ask(alice, `cut shop "Change ${number}"`, /Cut `/)
    await reaches(number, 'integration', 'accepted')
  }
  const promote = (number: number, environment: string) =>
    shop.ask(alice, `promote shop ${version(number)}-rc.1 to ${environment}`, /Queued|Prepared|did not/)
  const through = async (number: number, environment: string) => {
    await promote(number, environment)
    await reaches(number, environment, 'awaiting_acceptance')
    await shop.ask(quinn, `accept shop ${version(number)}-rc.1 ${environment}`, /Accepted/)
  }
  const answersOf = async (user: string) =>
    (await shop.all())
      .filter((message) => message.subtype === 'ephemeral' && message.ephemeral_to === user)
      .map(wholeText)

  beforeAll(async () => {
    stack = await startStack({ configure })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
    await cut(1)
  })
  afterAll(async () => stack?.close())

  test('[S5.16] a canary is an ordinary environment: nothing passes it, and it has a lock, a gate and a link of its own', async () => {
    await through(1, 'staging')
    const past = await promote(1, 'production')
    await shop.ask(bob, 'lock canary-5 for 1h: watching graphs', /Locked/)
    await promote(1, 'canary-5')
    await reaches(1, 'canary-5', 'queued')
    await shop.ask(bob, 'unlock canary-5', /Unlocked/)
    await reaches(1, 'canary-5', 'awaiting_acceptance')
    const { links } = await api.release(version(1))

    expect(past).toMatch(/canary-5/)
    expect(links).toContainEqual(expect.objectContaining({ from: 'staging', to: 'canary-5' }))
  })

  test('[R.5] of an acceptance and a rejection at once one counts, and both are told which', async () => {
    const [toQuinn, toBob] = [await answersOf(quinn), await answersOf(bob)]
    await Promise.all([
      shop.command(quinn, `accept shop ${version(1)}-rc.1 canary-5`),
      shop.command(bob, `reject shop ${version(1)}-rc.1 canary-5 -m "errors rise"`),
    ])
    const state = await until('a decision', async () => {
      const now = (await deploymentOf(1, 'canary-5'))?.state
      return now === 'accepted' || now === 'rejected' ? now : null
    })
    const told = await until('both are told', async () => {
      const isWord = (text: string): boolean => /Accepted|Rejected|did not/.test(text)
      const one = (await answersOf(quinn)).slice(toQuinn.length).find(isWord)
      const other = (await answersOf(bob)).slice(toBob.length).find(isWord)
      return one !== undefined && other !== undefined ? [one, other] : null
    })
    const [winner, loser] = state === 'accepted' ? told : told.toReversed()

    expect(winner).toMatch(state === 'accepted' ? /Accepted/ : /Rejected/)
    expect(loser).toMatch(new RegExp(state))
    expect(loser).toContain(state === 'accepted' ? quinn : bob)
  })

  test('[S5.14] a build that runs delays no deployment', async () => {
    await cut(2)
    const script =
      "import { setTimeout } from 'node:timers/promises'\nawait setTimeout(40_000)\nprocess.exit(1)\n"
    await commit('Builds for long', { 'build.mjs': script })
    await shop.ask(alice, 'cut shop "Slow"', /Cut `/)
    await until(
      'the build runs',
      async () => (await api.release(version(3))).candidates[0]?.state === 'building',
    )
    await through(2, 'staging')

    expect((await api.release(version(3))).candidates[0]?.state).toBe('building')
  })

  test('[R.6] a promote racing a delete: either the release goes on, linked, or it is gone and was deployed nowhere', async () => {
    const source = await stack.embedded.demo.repository.commit({
      message: 'Builds again',
      files: { 'build.mjs': goodBuild },
      author: demoAuthors.bob,
    })
    await shop.ask(alice, `cut shop "Race" --from ${source}`, /Cut `/)
    await reaches(4, 'integration', 'accepted')
    await Promise.all([
      shop.command(alice, `promote shop ${version(4)}-rc.1 to staging`),
      shop.command(bob, `delete shop ${version(4)} --yes`),
    ])
    const state = await until('one outcome', async () => {
      const release = await api.release(version(4)).catch(() => null)
      if (release === null || release.state === 'deleted') return 'deleted'
      return release.deployments.some(
        (one) => one.environment === 'staging' && one.state === 'awaiting_acceptance',
      )
        ? 'deployed'
        : null
    })
    const links = await stack.database.db
      .selectFrom('links')
      .innerJoin('releases', 'releases.id', 'links.release_id')
      .where('releases.version', '=', version(4) as never)
      .selectAll()
      .execute()

    expect(links).toHaveLength(state === 'deployed' ? 1 : 0)
  })

  test('[R.6] a rollback racing a deployment: one after the other, and the rollback has the last word over what ran', async () => {
    await cut(5)
    await Promise.all([
      shop.command(alice, `promote shop ${version(5)}-rc.1 to staging`),
      shop.command(bob, `rollback staging to ${version(1)} -m "errors" --yes`),
    ])
    // The environment is ready before either began, too: the pause says that the rollback did.
    const { current, hold } = await until('both ended', async () => {
      const environment = await api.environment('staging')
      const mine = (await deploymentOf(5, 'staging'))?.state
      const ended = environment.state === 'ready' && environment.hold !== null
      return ended && mine !== undefined && !/queued|running|prepared/.test(mine) ? environment : null
    })
    const rows = await stack.database.db
      .selectFrom('stage_runs')
      .where('environment', '=', 'staging' as never)
      .select(['started_at', 'finished_at'])
      .orderBy('started_at')
      .execute()
    const overlaps = rows.filter((one, index) => {
      const before = rows[index - 1]?.finished_at
      return before != null && before > one.started_at
    })

    expect(overlaps).toEqual([])
    expect(hold).toMatchObject({ by: bob })
    expect([version(1), version(5)]).toContain(current?.version)
  })

  test('[R.6] a promote racing a teardown: it ends before, it is turned away, or it comes after; nothing is left half', async () => {
    await cut(6)
    await Promise.all([
      shop.command(alice, `promote shop ${version(6)}-rc.1 to staging`),
      shop.command(bob, 'env teardown staging --yes'),
    ])
    const orders = /queued|running|prepared/
    const outcome = await until('both ended', async () => {
      const [there, mine] = [await api.environment('staging'), await deploymentOf(6, 'staging')]
      const settled = there.state === 'absent' || there.state === 'ready'
      return settled && mine !== undefined && !orders.test(mine.state) ? { there, mine } : null
    })
    const onHost = (await fetch(`${stack.embedded.demo.hostUrl}/environments/staging`)).ok

    expect(['absent aborted', 'absent superseded', 'ready awaiting_acceptance']).toContain(
      `${outcome.there.state} ${outcome.mine.state}`,
    )
    expect(onHost).toBe(outcome.there.state === 'ready')
    expect(outcome.there.current?.version ?? null).toBe(onHost ? version(6) : null)
    if (!onHost) {
      await promote(6, 'staging')
      await reaches(6, 'staging', 'awaiting_acceptance')
    }
    expect((await api.environment('staging')).current?.version).toBe(version(6))
  })
})
