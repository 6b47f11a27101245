import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { App } from '@slack/bolt'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoWorkspace } from '../../local/demo-people.js'
import { pickPort } from '../../local/ports.js'
import { createSlackControl, type SlackControl } from '../../local/slack-control.js'
import { openSlackWindow, type SlackWindow } from '../../local/slack-window.js'
import { type SlackWorkspace, startSlackWorkspace } from '../../local/slack-workspace.js'

const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
let slack: SlackWorkspace
let control: SlackControl
let window: SlackWindow
let bot: App

/** The smallest bot with a card, a modal that complains, and a Home tab. */
function createBot(): App {
  const app = new App({
    token: slack.botToken,
    appToken: slack.appToken,
    socketMode: true,
    clientOptions: { slackApiUrl: slack.apiUrl },
  })
  app.command('/release', async ({ ack, respond, command }) => {
    await ack()
    const go = { type: 'button' as const, action_id: 'go', text: { type: 'plain_text' as const, text: 'Go' } }
    const blocks = [{ type: 'actions' as const, block_id: 'card', elements: [go] }]
    await respond({ response_type: 'in_channel', text: `card ${command.text}`, blocks })
  })
  app.action('go', async ({ ack, body, client }) => {
    await ack()
    const element = { type: 'plain_text_input' as const, action_id: 'text' }
    const block = {
      type: 'input' as const,
      block_id: 'reason',
      label: { type: 'plain_text' as const, text: 'Why' },
      element,
    }
    const title = { type: 'plain_text' as const, text: 'Reason' }
    const trigger_id = 'trigger_id' in body ? body.trigger_id : ''
    await client.views.open({
      trigger_id,
      view: { type: 'modal', callback_id: 'why', title, blocks: [block] },
    })
  })
  app.view('why', async ({ ack, view }) => {
    const value = view.state.values['reason']?.['text']?.value
    await (value ? ack() : ack({ response_action: 'errors', errors: { reason: 'Say why.' } }))
  })
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({ user_id: event.user, view: { type: 'home', blocks: [{ type: 'divider' }] } })
  })
  return app
}

beforeAll(async () => {
  slack = await startSlackWorkspace({ port: (await pickPort(0)).port, file: demoWorkspace, dataFolder })
  control = createSlackControl(slack.webUrl)
  window = await openSlackWindow(slack.webUrl)
  bot = createBot()
  await bot.start()
})

afterAll(async () => {
  await bot.stop()
  window.end()
  await slack.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

async function card(): Promise<string> {
  await control.command('C01SHOP', 'U01ALICE', 'cut')
  await expect
    .poll(() => control.messages('C01SHOP'))
    .toMatchObject([{ text: 'card cut', user: 'U0SLIPWAY' }])
  const [message] = await control.messages('C01SHOP')
  return message?.ts ?? ''
}

const reason = (value: string | null) => ({ reason: { text: { type: 'plain_text_input', value } } })

describe('embedded Slack workspace', () => {
  test('carries a command, a press, a modal with a complaint, and its end', async () => {
    const action = { type: 'button', action_id: 'go', block_id: 'card' }
    await control.press('C01SHOP', await card(), 'U01BOB', action)
    expect((await window.untilModal()).callback_id).toBe('why')
    expect(await window.submit('U01BOB', reason(null))).toEqual({ reason: 'Say why.' })
    expect(await window.submit('U01BOB', reason('because'))).toEqual({})
    expect(window.modal()).toBeNull()
    const acknowledged = (await control.log()).filter(({ kind }) => kind === 'ack')
    expect(acknowledged.length).toBeGreaterThanOrEqual(4)
  })

  test('shows the Home tab of a person', async () => {
    await control.openHome('U01CAROL')
    const home = await window.untilHome('U01CAROL', ({ blocks }) => blocks.length > 0)
    expect(home.blocks[0]?.type).toBe('divider')
    const later = await openSlackWindow(slack.webUrl)
    expect(later.home('U01CAROL')?.blocks).toHaveLength(1)
    later.end()
  })

  test('forgets everything on reset', async () => {
    expect(await control.write('C01GENERAL', 'U01DAN', 'hello')).toMatch(/^\d+\.\d+$/)
    await control.reset()
    expect(await control.messages('C01GENERAL')).toEqual([])
  })

  test('answers on this machine only', async () => {
    const outside = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .find(({ internal, family }) => !internal && family === 'IPv4')
    const port = new URL(slack.webUrl).port
    const attempt = fetch(`http://${outside?.address ?? '127.0.0.2'}:${port}/_control/state`)
    await expect(attempt).rejects.toThrow('fetch failed')
    expect(readFileSync(join(dataFolder, 'slack.json'), 'utf8')).toContain('U01QUINN')
  })
})
