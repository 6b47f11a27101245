import type { Button, KnownBlock } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { type ButtonTarget, buttonId } from '../../bot/views/button-target.js'
import type { AppName, DeploymentId, EnvironmentName } from '../../domain/identifiers.js'
import { actionNames } from '../../domain/verbs.js'
import { until } from '../support/until.js'
import { aFakeBot, command, type FakeBot, press } from './fake-bot.js'
import { ALICE, RELEASE } from './verbs/grammar-fixture.js'

const DEPLOYMENT = 'dep_01JDXYZABCDEFGHJKMNPQRSTVW' as DeploymentId

const accept: ButtonTarget = { verb: 'accept', app: 'shop' as AppName, deploymentId: DEPLOYMENT }

function withButton(bot: FakeBot, target: ButtonTarget): string {
  const id = buttonId(target)
  bot.buttons.set(id, target)
  return id
}

/** The buttons of an answer that came with the acknowledgement. */
function buttonsOf(answer: unknown): readonly Button[] {
  const { blocks = [] } = (answer ?? {}) as { readonly blocks?: readonly KnownBlock[] }
  return blocks.flatMap((block) => (block.type === 'actions' ? (block.elements as Button[]) : []))
}

describe('a command', () => {
  test('is recorded, then carried out, then acknowledged', async () => {
    const bot = await aFakeBot()
    await bot.send(command('cut shop “Summer sale” —from main'))
    expect(bot.happened).toEqual(['receive cut', 'stored', 'poke', 'ack'])
    expect(bot.orders[0]).toMatchObject({
      key: 'command/trigger.1',
      actor: { user: ALICE },
      workflowKey: 'app/shop',
      deadlineMs: 1_500,
      reply: { responseUrl: 'https://hooks.example/1', channel: 'C01SHOP', thread: null },
      intent: {
        kind: 'cut',
        title: 'Summer sale',
        ref: 'main',
        releaseId: expect.stringMatching(/^rel_/),
        deploymentId: expect.stringMatching(/^dep_/),
      },
    })
  })

  test('that could not be recorded says that nothing was started', async () => {
    const bot = await aFakeBot()
    bot.receive = async () => 'too-late'
    await bot.send(command('cut shop "Summer sale"'))
    expect(bot.happened).toEqual(['receive cut', 'too-late', 'ack'])
    expect(bot.acks[0]).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringMatching(/Nothing was started/i),
    })
  })

  test('says the same when the database refuses', async () => {
    const bot = await aFakeBot()
    bot.receive = async () => {
      throw new Error('no database')
    }
    await bot.send(command('cut shop "Summer sale"'))
    expect(bot.acks).toHaveLength(1)
    expect(bot.acks[0]).toMatchObject({ text: expect.stringMatching(/Nothing was started/i) })
  })

  test('delivered twice is acknowledged twice and said once', async () => {
    const bot = await aFakeBot()
    await bot.send(command('cut shop "Summer sale"'))
    bot.receive = async () => 'duplicate'
    await bot.send(command('cut shop "Summer sale"'))
    expect(bot.happened.filter((what) => what === 'poke')).toHaveLength(1)
    expect(bot.orders[0]?.key).toBe(bot.orders[1]?.key)
    expect(bot.acks[1]).toBeUndefined()
  })

  test('typed again while the first is unanswered joins it', async () => {
    const bot = await aFakeBot()
    bot.receive = async () => 'joined'
    await bot.send(command('cut  shop "Summer sale" '))
    await bot.send(command('cut shop "Summer sale"', { trigger_id: 'trigger.9' }))
    await bot.send(command('cut shop "Summer sale"', { trigger_id: 'trigger.8', user_id: 'U01BOB' }))
    const [one, other, bobs] = bot.orders
    expect(one?.joinKey).toBe(other?.joinKey)
    expect(one?.joinKey).not.toBe(bobs?.joinKey)
    expect(bot.acks[0]).toMatchObject({ text: expect.stringContaining('already asked') })
  })

  test('that lacks something opens a form and records nothing', async () => {
    const bot = await aFakeBot()
    await bot.send(command('promote rc.1'))
    expect(bot.orders).toEqual([])
    expect(bot.calls).toMatchObject([{ method: 'views.open', args: { trigger_id: 'trigger.1' } }])
    expect(bot.acks).toEqual([undefined])
  })

  test('of a commit that is no candidate opens the form that cuts it', async () => {
    const bot = await aFakeBot()
    await bot.send(command('promote 9f3c1ab to staging'))
    expect(bot.orders).toEqual([])
    expect(JSON.stringify(bot.calls[0]?.args)).toContain('"initial_value":"9f3c1ab"')
  })

  test('that is none is answered with what was probably meant, and does nothing', async () => {
    const bot = await aFakeBot()
    await bot.send(command('prmote shop rc.1 to prod'))
    expect(bot.happened).toEqual(['ack'])
    expect(bot.acks[0]).toMatchObject({
      response_type: 'ephemeral',
      text: expect.stringContaining('/release promote shop rc.1 to prod'),
    })
  })

  test('that was probably meant runs at a press, by the rules of a typed one', async () => {
    const bot = await aFakeBot()
    await bot.send(command('prmote shop rc.1 to staging'))
    const [button] = buttonsOf(bot.acks[0])
    await bot.send(press(button?.value ?? null, {}, { action_id: button?.action_id }))

    expect(button?.text.text).toBe('promote shop rc.1 to staging')
    expect(bot.orders).toMatchObject([
      { intent: { kind: 'promote', environment: 'staging', release: { kind: 'named', text: 'rc.1' } } },
    ])
  })

  test('that could be one of two decisions offers both', async () => {
    const bot = await aFakeBot()
    await bot.send(command('lgtm shop 2026.11.3-rc.1 staging'))

    expect(bot.orders).toEqual([])
    expect(buttonsOf(bot.acks[0]).map(({ text }) => text.text)).toEqual([
      'approve shop 2026.11.3-rc.1 staging',
      'accept shop 2026.11.3-rc.1 staging',
    ])
  })

  test('that asks is answered with the acknowledgement', async () => {
    const bot = await aFakeBot()
    await bot.send(command('where --here'))
    expect(bot.acks[0]).toMatchObject({ response_type: 'in_channel', text: 'There is no environment yet.' })
  })

  test('that fails inside is acknowledged once and its giver told', async () => {
    const bot = await aFakeBot()
    await bot.send(command('cut shop "X"', { user_id: 'not a user' }))
    expect(bot.acks).toEqual([undefined])
    await bot.send(command('where', { trigger_id: undefined }))
    expect(bot.acks).toHaveLength(2)
    expect(bot.told[0]?.message.text).toContain('fault of mine')
  })
})

describe('a press', () => {
  test('is recorded, then acknowledged in silence', async () => {
    const bot = await aFakeBot()
    await bot.send(press(withButton(bot, accept)))
    expect(bot.happened).toEqual(['receive accept', 'stored', 'poke', 'ack'])
    expect(bot.orders[0]).toMatchObject({
      key: `press/${ALICE}/C01SHOP/1.1/rel.v1.accept/2.2`,
      workflowKey: `deployment/${DEPLOYMENT}`,
      intent: { kind: 'accept', comment: null, deployment: { kind: 'id', deploymentId: DEPLOYMENT } },
    })
  })

  test('that could not be recorded says so', async () => {
    const bot = await aFakeBot()
    bot.receive = async () => 'too-late'
    await bot.send(press(withButton(bot, accept)))
    expect(bot.happened).toEqual(['receive accept', 'too-late', 'ack', 'tell'])
    expect(bot.told[0]?.message.text).toMatch(/Nothing was started/i)
  })

  test('twice joins the first', async () => {
    const bot = await aFakeBot()
    const id = withButton(bot, accept)
    await bot.send(press(id))
    await bot.send(press(id, {}, { action_ts: '2.3' }))
    expect(bot.orders[0]?.key).not.toBe(bot.orders[1]?.key)
    expect(bot.orders[0]?.joinKey).toBe(bot.orders[1]?.joinKey)
  })

  test.each([
    ['of an older version', press('b_1', {}, { action_id: 'rel.v0.accept' })],
    ['of nothing we know', press('b_1', {}, { action_id: 'whatever' })],
    ['without a value', press(null)],
    ['of a forged value', press('b_ffffffffffffffffffffffff')],
  ])('%s gets an answer, once, and does nothing', async (_, body) => {
    const bot = await aFakeBot()
    await bot.send(body)
    expect(bot.happened).toEqual(['ack', 'tell'])
  })

  test('whose meaning cannot be read is not taken for another', async () => {
    const bot = await aFakeBot({
      reads: {
        button: async () => {
          throw new Error('no database')
        },
      },
    })
    await bot.send(press('b_1'))
    expect(bot.told[0]?.message.text).toMatch(/Nothing was started/i)
  })

  test('of a link is acknowledged and nothing else', async () => {
    const bot = await aFakeBot()
    await bot.send(press('x', {}, { action_id: 'rel.v1.log', url: 'https://example.com' }))
    expect(bot.happened).toEqual(['ack'])
  })

  test('of a menu counts its chosen entry', async () => {
    const bot = await aFakeBot()
    const value = withButton(bot, accept)
    await bot.send(
      press(null, {}, { type: 'overflow', action_id: 'rel.v1.menu', selected_option: { value } }),
    )
    expect(bot.orders[0]?.intent.kind).toBe('accept')
  })

  test('of Reject opens a form that requires a reason', async () => {
    const bot = await aFakeBot()
    await bot.send(press(withButton(bot, { ...accept, verb: 'reject' })))
    expect(bot.orders).toEqual([])
    expect(bot.calls[0]?.args).toMatchObject({
      view: { blocks: [{ type: 'section' }, { block_id: 'required-reason', optional: false }] },
    })
  })

  test('in App Home has no channel and is answered anyway', async () => {
    const bot = await aFakeBot()
    const home = {
      channel: undefined,
      message: undefined,
      container: { type: 'view', view_id: 'V1' },
      view: { id: 'V1' },
    }
    await bot.send(press(withButton(bot, accept), home))
    expect(bot.orders[0]).toMatchObject({ reply: { channel: null }, key: expect.stringContaining('/V1/') })
  })

  test('of every verb is answered, once', async () => {
    for (const verb of [...actionNames, 'run'] as const) {
      for (const more of [
        {},
        {
          releaseId: RELEASE,
          candidate: 1,
          environment: 'staging' as EnvironmentName,
          argument: '1',
          deploymentId: DEPLOYMENT,
        },
      ]) {
        const bot = await aFakeBot()
        await bot.send(press(withButton(bot, { verb, app: 'shop' as AppName, ...more })))
        expect(bot.acks, verb).toEqual([undefined])
        expect(bot.happened.length, verb).toBeGreaterThan(1)
      }
    }
  })
})

describe('a mention', () => {
  const mention = (text: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
    type: 'event_callback',
    team_id: 'T01',
    event_id: 'Ev1',
    event: { type: 'app_mention', user: ALICE, text, channel: 'C01SHOP', ts: '3.3', ...more },
  })

  test('in a thread is about the release of its card', async () => {
    const bot = await aFakeBot({
      reads: { releaseOfThread: async () => ({ app: 'shop' as AppName, releaseId: RELEASE }) },
    })
    await bot.send(mention('<@U0BOT> promote to staging', { thread_ts: '1.1' }))
    expect(bot.orders[0]).toMatchObject({
      key: 'mention/Ev1',
      reply: { responseUrl: null, channel: 'C01SHOP', thread: '1.1' },
      intent: { kind: 'promote', release: { kind: 'id', releaseId: RELEASE } },
    })
  })

  test('that lacks something says how to write it', async () => {
    const bot = await aFakeBot()
    await bot.send(mention('<@U0BOT>: promote'))
    expect(bot.told[0]?.message.text).toContain('/release promote shop')
    expect(bot.calls).toEqual([])
  })

  test.each([
    ['of a bot', { bot_id: 'B1' }],
    ['of an edit', { subtype: 'message_changed' }],
    ['of our own', { user: 'U0BOT' }],
  ])('%s is ignored', async (_, more) => {
    const bot = await aFakeBot()
    await bot.send(mention('<@U0BOT> cut shop "X"', more))
    expect(bot.happened).toEqual(['ack'])
  })
})

test.each([
  ['brought back', { type: 'channel_unarchive', user: ALICE }, ['opened C01SHOP']],
  ['brought back while private', { type: 'group_unarchive', user: ALICE }, ['opened C01SHOP']],
  ['one that the bot was invited to', { type: 'member_joined_channel', user: 'U0BOT' }, ['opened C01SHOP']],
  ['one that a person joined', { type: 'member_joined_channel', user: ALICE }, []],
])('a channel that is %s takes what waited for it', async (_, event, opened) => {
  const bot = await aFakeBot()
  await bot.send({
    ...{ type: 'event_callback', team_id: 'T01', event_id: 'Ev2' },
    event: { ...event, channel: 'C01SHOP', event_ts: '4.4' },
  })
  expect(bot.happened.filter((one) => one !== 'ack')).toEqual(opened)
})

test('a stop waits for what is in hand', async () => {
  const bot = await aFakeBot()
  let release: (() => void) | null = null
  bot.receive = () =>
    new Promise((resolve) => {
      release = () => resolve('stored')
    })
  const sent = bot.send(command('cut shop "X"'))
  const letGo = await until('the order in hand', () => release)
  const stopped = bot.app.stop().then(() => bot.happened.push('stopped'))
  await new Promise((resolve) => setTimeout(resolve, 20))
  letGo()
  await Promise.all([sent, stopped])
  expect(bot.happened).toEqual(['receive cut', 'stored', 'poke', 'ack', 'stopped'])
})
