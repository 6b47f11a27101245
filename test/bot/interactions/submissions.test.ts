import type { ModalView } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { aFakeBot, command } from '../fake-bot.js'
import { filled } from '../filled-form.js'
import { ALICE, BOB } from '../verbs/grammar-fixture.js'

describe('a submission', () => {
  const submission = (
    view: unknown,
    values: Record<string, unknown>,
    user: string = ALICE,
  ): Record<string, unknown> => ({
    type: 'view_submission',
    user: { id: user, team_id: 'T01' },
    team: { id: 'T01' },
    view: { ...(view as object), id: 'V1', hash: 'h1', state: { values } },
  })

  async function opened(
    text: string,
  ): Promise<{ readonly bot: Awaited<ReturnType<typeof aFakeBot>>; readonly view: ModalView }> {
    const bot = await aFakeBot()
    await bot.send(command(text))
    const view = bot.calls[0]?.args['view'] as ModalView
    bot.happened.length = 0
    bot.acks.length = 0
    return { bot, view }
  }

  test('is recorded, and only then closed', async () => {
    const { bot, view } = await opened('lock staging')
    await bot.send(submission(view, filled({ environment: 'staging', 'required-reason': 'load test' }, view)))
    expect(bot.happened).toEqual(['receive lock', 'stored', 'poke', 'ack'])
    expect(bot.acks).toEqual([undefined])
    expect(bot.orders[0]).toMatchObject({
      key: 'view/V1/h1',
      reply: { responseUrl: null, channel: 'C01SHOP' },
    })
  })

  test('that could not be recorded stays open and says so', async () => {
    const { bot, view } = await opened('lock staging')
    bot.receive = async () => 'too-late'
    await bot.send(submission(view, filled({ 'required-reason': 'load test' }, view)))
    expect(bot.acks[0]).toMatchObject({
      response_action: 'errors',
      errors: { environment: expect.stringMatching(/Nothing was started/i) },
    })
  })

  test('that is wrong says at which field', async () => {
    const { bot, view } = await opened('lock staging')
    await bot.send(submission(view, filled({}, view)))
    expect(bot.acks[0]).toMatchObject({
      response_action: 'errors',
      errors: { 'required-reason': expect.any(String) },
    })
    expect(bot.orders).toEqual([])
  })

  test('of somebody else is no order', async () => {
    const { bot, view } = await opened('lock staging')
    await bot.send(submission(view, filled({ 'required-reason': 'x' }, view), BOB))
    expect(bot.acks[0]).toMatchObject({ response_action: 'errors' })
    expect(bot.orders).toEqual([])
  })

  test('of a form we do not know is answered', async () => {
    const bot = await aFakeBot()
    await bot.send(submission({ callback_id: 'old', private_metadata: 'x' }, {}))
    expect(bot.acks[0]).toMatchObject({ response_action: 'update', view: { type: 'modal' } })
  })

  test('that names the app goes on with the command', async () => {
    const bot = await aFakeBot()
    await bot.send(command('lock staging: load test', { channel_id: 'C0ELSE' }))
    const view = bot.calls[0]?.args['view'] as ModalView
    await bot.send(submission(view, filled({ app: 'web' }, view)))
    expect(bot.orders[0]?.intent).toMatchObject({
      kind: 'lock',
      app: 'web',
      environment: 'staging',
      reason: 'load test',
    })
    await bot.send(command('promote rc.1', { channel_id: 'C0ELSE' }))
    const second = bot.calls[1]?.args['view'] as ModalView
    await bot.send(submission(second, filled({ app: 'web' }, second)))
    expect(bot.acks.at(-1)).toMatchObject({ response_action: 'update', view: { title: { text: 'Promote' } } })
  })
})
