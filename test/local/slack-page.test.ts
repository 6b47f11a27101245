/** The page of the embedded workspace in a browser: what it does as Slack does, at a desk and on a phone. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { App, type ViewStateValue } from '@slack/bolt'
import type { KnownBlock, ModalView } from '@slack/types'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoWorkspace } from '../../local/demo-people.js'
import { pickPort } from '../../local/ports.js'
import { type SlackWorkspace, startSlackWorkspace } from '../../local/slack-workspace.js'
import { findChromium, openWorkspacePage, type WorkspacePage } from '../../tools/workspace-page.js'

const executable = findChromium()
const plain = (text: string) => ({ type: 'plain_text' as const, text })

const card: KnownBlock[] = [
  { type: 'header', text: plain('shop 1.0') },
  { type: 'section', text: { type: 'mrkdwn', text: '*Summer sale*' } },
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: 'approve',
        text: plain('Approve'),
        confirm: {
          title: plain('Approve it?'),
          text: plain('It is deployed.'),
          confirm: plain('Yes'),
          deny: plain('No'),
        },
      },
      { type: 'button', action_id: 'change', text: plain('Change…') },
    ],
  },
]

const may = { text: plain('May'), value: 'May' }
const june = { text: plain('June'), value: 'June' }
const form: ModalView = {
  type: 'modal',
  callback_id: 'change',
  title: plain('Change it'),
  submit: plain('Change'),
  close: plain('Cancel'),
  blocks: [
    {
      type: 'input',
      block_id: 'title',
      label: plain('Title'),
      element: { type: 'plain_text_input', action_id: 'value', initial_value: 'Summer sale' },
    },
    {
      type: 'input',
      block_id: 'month',
      label: plain('Month'),
      element: { type: 'static_select', action_id: 'value', options: [may, june], initial_option: june },
    },
    {
      type: 'input',
      block_id: 'also',
      label: plain('Also in'),
      element: { type: 'checkboxes', action_id: 'value', options: [may, june], initial_options: [june] },
    },
    {
      type: 'input',
      block_id: 'day',
      label: plain('Day'),
      element: { type: 'datepicker', action_id: 'value', initial_date: '2026-06-21' },
    },
    {
      type: 'input',
      block_id: 'reason',
      label: plain('Reason'),
      element: { type: 'plain_text_input', action_id: 'value', multiline: true },
    },
  ],
}

const sent = ({ value, selected_option, selected_options, selected_date }: ViewStateValue) =>
  value ?? selected_option?.value ?? selected_date ?? selected_options?.map((one) => one.value).join('+')

describe.skipIf(executable === null)('the page of the workspace (needs Chromium)', () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
  const heard: string[] = []
  let slack: SlackWorkspace
  let bot: App
  let desk: WorkspacePage

  beforeAll(async () => {
    slack = await startSlackWorkspace({ port: (await pickPort(0)).port, file: demoWorkspace, dataFolder })
    bot = new App({
      token: slack.botToken,
      appToken: slack.appToken,
      socketMode: true,
      clientOptions: { slackApiUrl: slack.apiUrl },
    })
    bot.command('/release', async ({ ack, say, client, command }) => {
      await ack()
      const { channel_id: channel, user_id: user, text } = command
      const { ts = '' } = await say({ text, blocks: card })
      await client.chat.postEphemeral({ channel, user, text: `Only you asked for ${text}.` })
      const { permalink } = await client.chat.getPermalink({ channel, message_ts: ts })
      await client.apiCall('chat.postMessage', { channel: user, text: `<${permalink}|Open the card>` })
    })
    bot.action('approve', async ({ ack, body }) => {
      await ack()
      heard.push(`${body.user.id} approved`)
    })
    bot.action('change', async ({ ack, body, client }) => {
      await ack()
      await client.views.open({ trigger_id: 'trigger_id' in body ? body.trigger_id : '', view: form })
    })
    bot.view('change', async ({ ack, view }) => {
      await ack()
      const values = Object.values(view.state.values).flatMap((fields) => Object.values(fields))
      heard.push(values.map(sent).join('|'))
    })
    await bot.start()
    desk = await openWorkspacePage({ url: slack.webUrl, executable: executable ?? '' })
    await desk.open('shop')
    await desk.actAs('Alice')
    await desk.type('/release the first')
    await desk.see('Summer sale')
  })
  afterAll(async () => {
    await desk?.close()
    await bot?.stop()
    await slack?.stop()
    rmSync(dataFolder, { recursive: true, force: true })
  })

  test('asks before a press that has a question, and sends nothing when the answer is no', async () => {
    await desk.press('Approve')
    expect(await desk.confirm('No')).toMatch(/Approve it\?[^]*It is deployed\./)
    await desk.press('Approve')
    await desk.page.keyboard.press('Escape')
    await desk.press('Approve')
    await desk.page.keyboard.press('Enter')

    await expect.poll(() => heard).toEqual(['U01ALICE approved'])
  })

  test('shows and sends what a form is prefilled with, and takes what is typed', async () => {
    heard.length = 0
    await desk.press('Change…')
    const opened = await desk.form('Change it')
    await expect.poll(() => opened.value('Month')).toBe('June')
    await desk.page.keyboard.press('Tab')
    await desk.page.keyboard.press('Tab')
    expect(await opened.value('Title')).toBe('Summer sale')
    expect(await opened.value('Day')).toBe('2026-06-21')
    await desk.page.getByRole('checkbox', { name: 'May' }).press('Space')
    await opened.fill('Reason', 'The first line\nand the second')
    await opened.send('Change')

    await expect
      .poll(() => heard)
      .toEqual(['Summer sale|June|June+May|2026-06-21|The first line\nand the second'])
  })

  test('shows what only one person may see to that person', async () => {
    await desk.see('Only you asked for the first.')
    await desk.actAs('Bob')
    expect(await desk.text()).not.toContain('Only you')
    await desk.actAs('Alice')
    await desk.see('Only you asked for the first.')
  })

  test('a link to a message opens its channel and keeps the message in view', async () => {
    for (const word of ['second', 'third', 'fourth', 'fifth', 'sixth']) {
      await desk.type(`/release the ${word}`)
      await desk.see(`Only you asked for the ${word}.`)
    }
    await desk.open('Alice')
    const { page } = desk
    await page.getByRole('link', { name: 'Open the card' }).first().click()
    await (await desk.linked()).see('Summer sale')
    const first = page.locator('.messages .msg', { has: page.locator('.bk-header') }).first()
    await page.locator('.msg.highlighted').waitFor({ state: 'detached' })
    const box = await first.boundingBox()

    expect(box?.y).toBeGreaterThan(0)
  })

  test('on a phone all is within the screen, and large enough for a finger', async () => {
    const phone = await openWorkspacePage({ url: slack.webUrl, executable: executable ?? '', phone: true })
    await phone.open('shop')
    await phone.press('Change…')
    const opened = await phone.form('Change it')
    const targets = phone.page.locator(
      '.bk-button, .bk-select, .bk-plain-input, .modal-btn, .composer-send, .sidebar-item',
    )
    const boxes = await Promise.all((await targets.all()).map((one) => one.boundingBox()))
    const composer = await phone.page.locator('.composer').boundingBox()
    const wide = await phone.page.evaluate('document.documentElement.scrollWidth')
    await opened.send('Change')
    await phone.close()

    expect(boxes.length).toBeGreaterThan(8)
    for (const box of boxes) expect(box?.height).toBeGreaterThanOrEqual(44)
    expect(wide).toBe(390)
    expect((composer?.y ?? 0) + (composer?.height ?? 0)).toBeLessThanOrEqual(844)
  })
})
