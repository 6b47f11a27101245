import type { ModalView } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { type ButtonTarget, buttonId } from '../../../bot/views/button-target.js'
import type { AppName } from '../../../domain/identifiers.js'
import type { ReleaseNotes } from '../../../domain/notes.js'
import { aRelease } from '../../support/release-views.js'
import { aFakeBot, command, press } from '../fake-bot.js'
import { filled, inputs } from '../filled-form.js'
import { ALICE, BOB, RELEASE } from '../verbs/grammar-fixture.js'

const SHOP = 'shop' as AppName

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

  test('of notes that somebody else edited since is shown again with what was typed, and then saved', async () => {
    const notes = (edits: ReleaseNotes['edits'], sections: ReleaseNotes['sections']): ReleaseNotes => ({
      ...{ sections, edits, candidate: 1, edited: null, frozen: false },
    })
    const long = '- Totals\n'.repeat(300).trim()
    let stored = notes([], { features: '- One', fixes: long })
    const bot = await aFakeBot({ reads: { notes: async () => stored, release: async () => aRelease() } })
    const target: ButtonTarget = { verb: 'notes-edit', app: SHOP, releaseId: RELEASE }
    bot.buttons.set(buttonId(target), target)
    await bot.send(press(buttonId(target)))
    const view = bot.calls[0]?.args['view'] as ModalView
    stored = notes([{ by: BOB, sections: ['features', 'fixes'] }], { features: '- Bob’s', fixes: '- Less' })
    await bot.send(submission(view, filled({ features: '- Mine', fixes: long }, view)))
    const ack = bot.acks.at(-1) as { response_action: string; view: ModalView }

    expect([ack.response_action, bot.orders]).toEqual(['update', []])
    expect(JSON.stringify(ack.view.blocks)).toMatch(/<@\w+> changed New, Fixed after you opened .*- Bob’s/)
    const again = { ...ack.view, hash: 'h2' }
    await bot.send(submission(again, filled({ features: '- Mine', fixes: long }, again)))
    expect(JSON.stringify(inputs(again).find(({ block_id }) => block_id === 'features'))).toContain('- Mine')
    // What the person left alone is still no edit of theirs.
    expect(bot.orders.map(({ intent }) => intent)).toMatchObject([
      { kind: 'notes-edit', sections: { features: '- Mine' }, seen: 1 },
    ])
    expect(bot.orders[0]?.intent).not.toHaveProperty('sections.fixes')
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
