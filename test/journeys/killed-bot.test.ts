import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, wholeText } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { signalPart, whileAway } from '../support/parts.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

describe('a bot that ends between an order and its answer', () => {
  let stack: Stack
  let drive: Drive

  beforeAll(async () => {
    stack = await startStack({
      database: 'embedded',
      processes: 'bot-and-worker',
      configure: withoutPushes,
    })
    drive = driveOf(stack)
  })
  afterAll(async () => stack?.close())

  const titles = async (): Promise<readonly string[]> =>
    (await drive.api.releases()).map(({ title }) => title)
  const without = async (column: 'finished_at' | 'told_at'): Promise<number> =>
    (await stack.database.db.selectFrom('inbox').select('key').where(column, 'is', null).execute()).length
  const unanswered = (): Promise<number> => without('finished_at')
  const answersTo = async (user: string, pattern: RegExp): Promise<number> =>
    (await drive.shop.all()).filter((one) => one.ephemeral_to === user && pattern.test(wholeText(one))).length

  test('[R.2] acknowledged and not yet answered, the order stands; typed again it joins; it is told once', async () => {
    const text = 'cut shop "While nobody works"'
    await stack.kill('worker')
    await drive.shop.command(alice, text)
    await until('the order', async () => (await unanswered()) === 1)
    const again = await drive.shop.ask(alice, text, /already asked for exactly this/)
    await stack.kill('bot')
    await stack.start('bot', 'bot')
    const afterRestart = await drive.shop.ask(alice, text, /already asked for exactly this/)
    await stack.start('worker', 'worker')
    await until('the answer', async () => (await answersTo(alice, /Cut `/)) === 1)
    await until('the inbox to be empty', async () => (await unanswered()) === 0)

    expect(again).toEqual(afterRestart)
    expect(await titles()).toEqual(['While nobody works'])
    expect(await answersTo(alice, /Cut `/)).toBe(1)
  })

  test('[R.2] killed after the outcome was stored and before it was told, the next bot tells it', async () => {
    const version = await drive.cut('Told by the next bot')
    await drive.reaches(version, 'integration', 'accepted')
    await stack.kill('worker')
    // By her: a person who was looked up within the last minute is known while Slack is away.
    await drive.shop.learn(alice, 'status shop', /integration/)
    await drive.shop.command(alice, `promote shop ${version}-rc.1 to staging`)
    await until('the order', async () => (await unanswered()) === 1)
    await whileAway(stack.dataFolder, 'slack', async () => {
      await stack.start('worker', 'worker')
      await until('the outcome', async () => (await unanswered()) === 0)
      await stack.kill('bot')
    })
    const untold = await without('told_at')
    await stack.start('bot', 'bot')
    // The first bot's own words may have reached Slack: what is written as told, only the next one can have told.
    await until('the answer', async () => (await without('told_at')) === 0)

    expect(untold).toBe(1)
    expect(await answersTo(alice, /Queued `/)).toBeGreaterThan(0)
    await drive.reaches(version, 'staging', 'awaiting_acceptance')
    expect((await drive.api.release(version)).links).toHaveLength(1)
  })

  test('[R.2] killed before it could record the order, nothing is started, and giving it again is harmless', async () => {
    const before = await titles()
    signalPart(stack.dataFolder, 'postgres', 'SIGSTOP')
    const lost = drive.shop.command(alice, 'cut shop "Never recorded"')
    await until('the delivery', async () =>
      (await stack.slack.log()).some((entry) => JSON.stringify(entry).includes('Never recorded')),
    )
    await stack.kill('bot')
    signalPart(stack.dataFolder, 'postgres', 'SIGCONT')
    await lost
    await stack.start('bot', 'bot')
    const version = await drive.cut('Given again')
    await drive.reaches(version, 'integration', 'accepted')

    expect((await titles()).toSorted()).toEqual([...before, 'Given again'].toSorted())
  })

  test('[R.2] a button pressed twice decides once', async () => {
    const version = await drive.cut('Pressed twice')
    const button = await drive.shop.press(alice, /Promote to staging/, version)
    await drive.shop.pressAgain(alice, button, version)
    await drive.reaches(version, 'staging', 'awaiting_acceptance')
    await until('the inbox to be empty', async () => (await unanswered()) === 0)
    const { deployments, links } = await drive.api.release(version)

    expect(deployments.filter(({ environment }) => environment === 'staging')).toHaveLength(1)
    expect(links).toHaveLength(1)
  })
})
