import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pickPort } from '../../local/ports.js'
import { demoEffects } from '../support/api.js'
import { alice, bob, carol, quinn, wholeText } from '../support/channel.js'
import { testDatabases } from '../support/databases.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

/** Real races need a real server; the embedded one runs transactions one after the other. */
const { kind } = testDatabases().at(-1) ?? { kind: 'embedded' as const }

describe(`two bots and two workers on one workspace, on ${kind} PostgreSQL`, () => {
  let stack: Stack
  let drive: Drive

  beforeAll(async () => {
    stack = await startStack({
      database: kind,
      processes: 'none',
      configure: (yaml) => withoutPushes(yaml).replace('qa: [U01QUINN]', 'qa: [U01QUINN, U01CAROL]'),
    })
    drive = driveOf(stack)
  })
  afterAll(async () => stack?.close())

  const answersTo = async (user: string): Promise<readonly string[]> =>
    (await drive.shop.all()).filter((one) => one.ephemeral_to === user).map(wholeText)
  const integrated = async (title: string): Promise<string> => {
    const version = await drive.cut(title)
    await drive.reaches(version, 'integration', 'accepted')
    return version
  }

  test('[O.6] all started at once on an empty database, they all come up, with one schema', async () => {
    const second = { SLIPWAY_HTTP_PORT: String((await pickPort(0)).port) }
    await Promise.all([
      stack.start('bot', 'bot'),
      stack.start('bot-2', 'bot', second),
      stack.start('worker', 'worker'),
      stack.start('worker-2', 'worker'),
    ])
    const ready = await Promise.all(
      [stack.url, `http://127.0.0.1:${second.SLIPWAY_HTTP_PORT}`].map((url) => fetch(`${url}/readyz`)),
    )

    expect(ready.map(({ status }) => status)).toEqual([200, 200])
  })

  test('[R.4] every envelope reaches both bots, and every order runs once', async () => {
    const version = await integrated('Told to both')
    await drive.promote(version, 'staging')
    await drive.reaches(version, 'staging', 'awaiting_acceptance')
    await drive.shop.press(quinn, /^Accept/, version)
    await drive.reaches(version, 'staging', 'accepted')
    await drive.promote(version, 'production')
    await drive.shop.ask(bob, `approve shop ${version}-rc.1 production`, /Approved/)
    await drive.shop.ask(carol, `approve shop ${version}-rc.1 production`, /Approved/)
    await drive.reaches(version, 'production', 'awaiting_acceptance')
    const release = await drive.api.release(version)
    const effects = (await demoEffects(stack.embedded.demo.hostUrl)).map(
      ({ key, action }) => `${key} ${action}`,
    )
    const sockets = (await stack.slack.log()).filter(({ direction }) => direction === 'to_bot')
    const cuts = (await answersTo(alice)).filter((text) => /Cut `/.test(text))
    const kinds = (await drive.api.events(version)).map(({ kind: one }) => one)

    expect(sockets.length).toBeGreaterThan(0)
    expect(await drive.api.releases()).toHaveLength(1)
    expect(release.deployments.map(({ environment }) => environment)).toEqual([
      'integration',
      'staging',
      'production',
    ])
    expect(release.links).toHaveLength(2)
    expect(new Set(effects).size).toBe(effects.length)
    expect(cuts).toHaveLength(1)
    expect(kinds.filter((one) => one === 'deployment.approved')).toHaveLength(2)
    expect(kinds.filter((one) => one === 'deployment.accepted')).toHaveLength(2)
  })

  test('[R.5] Accept and Reject at the same moment: one decision, and both are told which', async () => {
    for (const round of [1, 2, 3]) {
      const version = await integrated(`Two minds ${round}`)
      await drive.promote(version, 'staging')
      await drive.reaches(version, 'staging', 'awaiting_acceptance')
      const [quinns, carols] = await Promise.all([
        drive.shop.ask(quinn, `accept shop ${version}-rc.1 staging`, /Accepted|did not/i),
        drive.shop.ask(
          carol,
          `reject shop ${version}-rc.1 staging --reason "Not like this"`,
          /Rejected|did not/i,
        ),
      ])
      const { state } = await drive.reaches(version, 'staging', 'accepted', 'rejected')
      const [winner, loser] = state === 'accepted' ? [quinns, carols] : [carols, quinns]
      const decisions = (await drive.api.events(version)).filter(
        ({ kind: one, says }) => /^deployment\.(accepted|rejected)$/.test(one) && /staging/.test(says),
      )

      expect(decisions).toHaveLength(1)
      expect(winner).not.toMatch(/did not/i)
      expect(loser).toMatch(/did not/i)
      expect(loser).toMatch(new RegExp(state, 'i'))
    }
  })

  test('[R.6] [S1.10] a promote racing a delete: one of them, and never a link to a deleted release', async () => {
    for (const round of [1, 2, 3]) {
      const version = await integrated(`Racing ${round}`)
      const [promoted, deleted] = await Promise.all([
        drive.shop.ask(bob, `promote shop ${version}-rc.1 to staging`, /Queued|did not/i),
        drive.shop.ask(alice, `delete shop ${version} --yes`, /Deleted|did not/i),
      ])
      const won = { promote: !/did not/i.test(promoted), delete: !/did not/i.test(deleted) }
      if (won.promote) await drive.reaches(version, 'staging', 'awaiting_acceptance')
      // It is answered when it is decided, and written after that.
      else await until('the deletion', async () => (await drive.api.release(version)).state === 'deleted')
      const { state, links } = await drive.api.release(version)

      expect(won.promote).not.toBe(won.delete)
      expect(links).toHaveLength(won.promote ? 1 : 0)
      expect(state).toBe(won.delete ? 'deleted' : 'open')
    }
  })

  test('[R.6] [S4.10] two promotes to one environment run one after the other; the older is superseded, visibly', async () => {
    const commits = [await drive.commit({ patchSeconds: 1, of: 'one' })]
    const older = await integrated('The older')
    commits.push(await drive.commit({ patchSeconds: 1, of: 'two' }))
    const newer = await integrated('The newer')
    await Promise.all([
      drive.shop.command(alice, `promote shop ${older}-rc.1 to staging`),
      drive.shop.command(bob, `promote shop ${newer}-rc.1 to staging`),
    ])
    const ends = ['awaiting_acceptance', 'superseded'] as const
    await until('both to end', async () => {
      const states = await Promise.all([older, newer].map((one) => drive.deployment(one, 'staging')))
      return ends.every((end) => states.some((one) => one?.state === end))
    })
    const actions = (await demoEffects(stack.embedded.demo.hostUrl))
      .filter(({ commit, environment }) => environment === 'staging' && commits.includes(commit ?? ''))
      .map(({ commit, action }) => `${commits.indexOf(commit ?? '')} ${action}`)
    const first = actions[0]?.[0] ?? ''
    const superseded = first === '0' ? older : newer

    expect(actions.map((line) => line[0]).join('')).toMatch(/^(0+1+|1+0+)$/)
    expect((await drive.deployment(superseded, 'staging'))?.state).toBe('superseded')
    await drive.shop.cardSays(/replaced/i, superseded)
  })
})
