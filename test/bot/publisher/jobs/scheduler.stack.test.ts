import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createDigests } from '../../../../bot/publisher/jobs/digest.js'
import { createSweep } from '../../../../bot/publisher/jobs/reminders.js'
import { createPublisher } from '../../../../bot/publisher/publisher.js'
import { createSlackClient } from '../../../../bot/slack/web-client.js'
import type { Configuration } from '../../../../domain/configuration.js'
import type { AppDefinition } from '../../../../domain/pipeline.js'
import { Unanswered } from '../../../../domain/workflow-errors.js'
import { type ReadyDatabase, readyDatabase } from '../../../support/open-database.js'
import { alice, anEnvironment, at, change, channel, saveShop, shop } from '../../../support/pipeline-rows.js'
import { type SlackFake, startSlackFake } from '../../../support/slack-fake.js'
import { until } from '../../../support/until.js'
import { silent } from '../../fake-bot.js'

const HOUR = 3_600_000
const apps = [{ name: shop, channel } as AppDefinition]

/** Everything here is told by the database alone: what the clock reads is written by SQL, what it says is in Slack. */
describe('what the scheduler posts automatically', () => {
  let database: ReadyDatabase
  let slack: SlackFake
  let publisher: ReturnType<typeof createPublisher>
  let now = new Date(at)
  const woken: string[] = []
  let sweep: ReturnType<typeof createSweep>
  let digests: ReturnType<typeof createDigests>

  beforeAll(async () => {
    database = await readyDatabase()
    slack = await startSlackFake()
    await saveShop(database.db)
    const wake = async (_: AppDefinition, name: string) => {
      if (name === 'pr-48') throw new Unanswered('It does not answer')
      woken.push(name)
    }
    sweep = createSweep(database.db, { wake }, { apps: () => apps, now: () => now, log: silent })
    const digest = { cron: '30 9 * * 1-5', timezone: 'Europe/Berlin' }
    digests = createDigests(database.db, {
      configuration: () => ({ apps, digest, command: '/release' }) as unknown as Configuration,
      now: () => now,
      deciders: async () => [],
      cardUrl: async () => null,
    })
    publisher = createPublisher({
      db: database.db,
      client: createSlackClient({ token: 'xoxb-test', apiUrl: slack.apiUrl, redact: String }),
      leader: { isLeader: () => true },
      renderers: [sweep.renderer, digests.renderer],
      deploymentLog: () => null,
      onProblem: (problem) => {
        throw new Error(JSON.stringify(problem))
      },
      tickMs: 40,
    })
    publisher.start()
  })
  afterAll(async () => {
    await publisher.stop()
    await slack.close()
    await database.close()
  })

  const said = (pattern: RegExp): number =>
    slack.messages.filter(({ blocks }) => pattern.test(JSON.stringify(blocks))).length
  const later = (hours: number): Date => new Date(Date.parse(at) + hours * HOUR)
  /** Runs the sweep every half hour, as long as asked. */
  async function sweepUntil(hours: number): Promise<void> {
    for (; now <= later(hours); now = new Date(now.getTime() + HOUR / 2)) await sweep.run()
  }
  async function record(name: string, given: Parameters<typeof anEnvironment>[1] = {}): Promise<void> {
    await change(database.db, { environment: anEnvironment(name, given) })
  }

  test('[U.9] of a failed teardown people are reminded ever less often, and no more once it is mended', async () => {
    const { detail } = anEnvironment('pr-1')
    const failure = {
      stage: 'teardown',
      failure: { kind: 'exit', stage: 'teardown', exit: { kind: 'exited', code: 1 } },
    } as const
    const failed = { by: alice, cause: { kind: 'expired' }, at, failure } as const
    const notice = { number: 1, kind: 'teardown-failed' as const, ...failure, at }
    await record('pr-1', {
      state: 'teardown_failed',
      detail: { ...detail, notices: [notice], teardown: { phase: 'failed', ...failed } },
    })
    const counts: number[] = []
    for (const [hours, wanted] of [
      [3, 0],
      [5, 1],
      [9, 2],
      [15, 2],
      [17, 3],
      [31, 3],
    ] as const) {
      await sweepUntil(hours)
      await until(`reminder ${wanted}`, () => said(/teardown of pr-1 failed/) >= wanted)
      counts.push(said(/teardown of pr-1 failed/))
    }
    await record('pr-1', { state: 'absent', seq: 2 })
    await sweepUntil(80)
    const planned = await database.db
      .selectFrom('slack_messages')
      .select('key')
      .where('key', 'like', 'reminder/%')
      .execute()

    expect(counts).toEqual([0, 1, 2, 2, 3, 3])
    expect(planned).toHaveLength(3)
  })

  test('[U.9] the digest says once a day what waits in a channel, and nothing where nothing does', async () => {
    await record('pr-3', { state: 'out_of_sync', expiresAt: later(1_000).toISOString() })
    await record('pr-4')
    now = later(100)
    await digests.post()
    await digests.post()
    await until('the digest', () => said(/1 environment needs a look/) === 1)
    now = later(101)
    await digests.post()
    now = later(124)
    await digests.post()
    await until('the next day’s', () => said(/environment needs a look/) === 2)
    await record('pr-3', { state: 'ready', seq: 2 })
    now = later(148)
    await digests.post()
    const planned = await database.db
      .selectFrom('slack_messages')
      .select('key')
      .where('key', 'like', 'digest/%')
      .execute()

    expect(said(/pr-3/)).toBe(2)
    expect(said(/pr-4/)).toBe(0)
    expect(planned).toHaveLength(2)
  })

  test('the sweep wakes only what is past its end and still there; one that does not answer holds up no other', async () => {
    await record('pr-48', { expiresAt: later(200).toISOString() })
    await record('pr-5', { expiresAt: later(200).toISOString() })
    await record('pr-6', { expiresAt: later(200).toISOString(), state: 'tearing_down' })
    await record('pr-7', { expiresAt: later(400).toISOString() })
    woken.length = 0
    now = later(200.1)
    await sweep.run()
    expect(woken).toEqual([])
    now = later(200.2)
    await sweep.run()

    expect(woken).toEqual(['pr-5'])
  })
})
