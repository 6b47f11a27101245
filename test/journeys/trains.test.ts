import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { WorkspaceMessage } from '../../local/slack-control.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, channelOf, dan, quinn, wholeText } from '../support/channel.js'
import { reconfigure } from '../support/reconfigure.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

describe('a train, announced an hour and a half before it leaves', () => {
  let stack: Stack
  let shop: Channel
  let api: Api

  beforeAll(async () => {
    const leaves = new Date(Date.now() + 90 * 60_000)
    const cron = `${leaves.getUTCMinutes()} ${leaves.getUTCHours()} * * *`
    stack = await startStack({
      processes: 'bot-and-worker',
      configure: (yaml) =>
        `pollEvery: never\n${yaml.replace('version: calendar', `version: calendar\n    timezone: UTC\n    train: { cron: "${cron}", promote: staging }`)}`,
    })
    shop = channelOf(stack.slack)
    api = apiOf(stack.url)
  })
  afterAll(async () => stack?.close())

  const announcement = (pattern: RegExp): Promise<WorkspaceMessage> =>
    until(`an announcement like ${pattern}`, async () => {
      const all = (await shop.all()).filter(({ text }) =>
        /^shop(?:: the next train|, the train of)/.test(text),
      )
      const found = all.find((message) => pattern.test(wholeText(message)))
      if (found) return found
      throw new Error(all.map(wholeText).join() || 'there is none')
    })
  const lines = async (pattern: RegExp): Promise<number> =>
    (await shop.all()).filter(({ subtype, text }) => subtype !== 'ephemeral' && pattern.test(text)).length

  test('[G.9] is held and resumed by whoever may cut, and by nobody else', async () => {
    await shop.pressIn(dan, await announcement(/with \d+ commits[^]*Hold the train/), /Hold the train/)
    expect(wholeText(await shop.answer(dan, /not/))).toMatch(/releasers|cut/)
    await shop.ask(
      alice,
      'train shop hold: waiting for the audit',
      /does not leave until somebody resumes it/,
    )
    const held = await announcement(/U01ALICE> holds it since [^]*waiting for the audit[^]*Resume the train/)
    await shop.pressIn(bob, held, /Resume the train/)
    await announcement(/Hold the train/)

    expect(await lines(/does not leave until somebody resumes it: waiting for the audit/)).toBe(1)
    expect(await lines(/Nobody holds the train of .* any more/)).toBe(1)
    expect(await shop.ask(quinn, 'train shop', /The next one leaves/)).toMatch(
      /From main, by `\d+ \d+ \* \* \*`/,
    )
  })

  test('[G.9] leaves early once, with what was announced, and goes on by itself as far as the file says', async () => {
    const shown = await announcement(/Leave now/)
    await shop.pressIn(bob, shown, /Leave now/)
    const version = await until('the release of the train', async () => (await api.releases())[0]?.version)
    const over = await announcement(new RegExp(`It left before its time as ${version}`))
    await shop.pressIn(alice, shown, /Leave now/)
    expect(wholeText(await shop.answer(alice, /is over|not/))).toMatch(/is over[^]*The next one leaves/)
    await until('its deployment to staging', async () =>
      (await api.release(version)).deployments.some(
        ({ environment, state }) => environment === 'staging' && state === 'awaiting_acceptance',
      ),
    )

    expect(wholeText(over)).not.toMatch(/Leave now|Hold the train/)
    expect((await api.release(version)).title).toMatch(/^Train of \d{4}-\d\d-\d\d$/)
    expect(await api.releases()).toHaveLength(1)
    const line = /The train of .* left before its time as .* and goes on to staging as its gates open/
    await until('its line', async () => (await lines(line)) > 0)
    expect(await lines(line)).toBe(1)
  })

  test('goes on from its record, and ends once the file names it no more', async () => {
    await stack.kill('worker')
    await stack.start('worker', 'worker')
    await shop.ask(alice, 'train hold', /does not leave until somebody resumes it/)
    await shop.ask(alice, 'train hold', /holds it already/)
    await reconfigure(stack, (yaml) => yaml.replace(/ +train: .*\n/, ''))
    await shop.learn(alice, 'train', /has no train/)
    await until('the end of the train', async () => {
      const row = await stack.database.db
        .selectFrom('audit')
        .select('kind')
        .where('kind', '=', 'train.removed')
        .executeTakeFirst()
      return row !== undefined
    })

    expect(readFileSync(join(stack.dataFolder, 'worker.log'), 'utf8')).not.toMatch(
      /Nondeterminism|A fault of Slipway/,
    )
  })
})
