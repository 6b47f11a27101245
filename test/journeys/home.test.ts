import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { PressedAction } from '../../local/slack-control.js'
import { openSlackWindow, type SlackWindow, type WorkspaceView } from '../../local/slack-window.js'
import { phrases } from '../bot/verbs/phrases.js'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, carol, channelOf, dan, quinn, wholeText } from '../support/channel.js'
import { openForm } from '../support/forms.js'
import { thisMonth } from '../support/noon-zone.js'
import { wrongPhrases } from '../support/phrases-sent.js'
import { assertWithinSlackLimits } from '../support/slack-limits.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'
import { saidTexts, wrongTexts } from '../support/voice.js'

let stack: Stack
let shop: Channel
let api: Api
let window: SlackWindow
const first = `${thisMonth}.1`

beforeAll(async () => {
  stack = await startStack()
  shop = channelOf(stack.slack)
  api = apiOf(stack.url)
  window = await openSlackWindow(stack.embedded.slackUrl ?? '')
  await stack.embedded.demo.repository.commit({
    message: 'Fix <!channel> *all* <https://evil.example|totals> `now` @here',
    author: { name: '@channel *boss*', email: 'boss@example.com' },
    files: { 'notes.txt': 'harmless' },
  })
})
afterAll(async () => {
  window?.end()
  await stack?.close()
})

const textOf = (home: WorkspaceView): string =>
  wholeText({ ts: '', channel: '', text: '', blocks: home.blocks })

/** The Home tab once its text matches, within Slack's sizes. */
async function homeOf(user: string, pattern: RegExp): Promise<WorkspaceView> {
  const home = await window.untilHome(user, (view) => pattern.test(textOf(view)))
  assertWithinSlackLimits({ text: 'Home', blocks: home.blocks as never })
  return home
}

function buttonOf(home: WorkspaceView, label: RegExp): PressedAction {
  for (const block of home.blocks) {
    const elements = (block['elements'] ?? []) as readonly Record<string, unknown>[]
    for (const element of elements) {
      const text = element['text'] as { text?: string } | undefined
      if (element['type'] !== 'button' || !label.test(text?.text ?? '')) continue
      return {
        type: 'button',
        action_id: String(element['action_id']),
        block_id: block.block_id ?? '',
        value: String(element['value']),
      }
    }
  }
  throw new Error(`No button ${label} in\n${textOf(home)}`)
}

test('[U.8] Home shows what runs where, and cuts a release by the same form', async () => {
  await stack.slack.openHome(alice)
  const home = await homeOf(alice, /What runs where/)

  expect(textOf(home)).toContain('Nothing waits for you.')
  const form = await openForm(window, () => window.pressHome(alice, buttonOf(home, /Cut a release of shop/)))
  expect(wholeText({ ts: '', channel: '', text: '', blocks: form.blocks })).toMatch(/Title/)
  await window.close(alice)
})

test('[U.8] somebody without a role is offered nothing to press', async () => {
  await stack.slack.openHome(dan)
  const home = await homeOf(dan, /What runs where/)

  expect(() => buttonOf(home, /./)).toThrow(/No button/)
})

/** What a form holds before anybody typed: by whatever key Slack's elements keep it. */
function prefilled(value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value.flatMap(prefilled)
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, one]) => (key.startsWith('initial_') ? [one] : prefilled(one)))
}

test.each([
  ['promote shop', alice],
  ['approve shop', bob],
  ['accept shop', quinn],
  ['rollback shop', alice],
  ['lock shop', alice],
  ['delete shop', alice],
])('[U.7] `%s` asks for the rest in a form, and never assumes production', async (text, user) => {
  const form = await openForm(window, () => shop.command(user, text))

  expect(JSON.stringify(prefilled(form.blocks))).not.toContain('production')
  await window.close(user)
  expect(await api.releases()).toEqual([])
})

test('[U.7] what was said already stands in the form', async () => {
  const form = await openForm(window, () => shop.command(alice, 'lock shop staging'))

  expect(JSON.stringify(prefilled(form.blocks))).toContain('staging')
  await window.close(alice)
})

test('[U.8] what waits for a person appears by itself, and is decided from Home', async () => {
  await stack.slack.openHome(quinn)
  await homeOf(quinn, /Waiting for you \(0\)/)
  await shop.ask(alice, 'cut shop "Summer sale"', /Cut `/)
  await shop.press(alice, /Promote to staging/)
  const home = await homeOf(quinn, /Waiting for you \(1\)[\s\S]*waiting for acceptance/)

  window.pressHome(quinn, buttonOf(home, /^Accept/))
  const release = await until('the acceptance', async () => {
    const found = await api.release(first)
    return found.deployments.some(
      ({ environment, state }) => environment === 'staging' && state === 'accepted',
    )
      ? found
      : null
  })
  expect(release.candidates[0]?.name).toBe(`${first}-rc.1`)
  await homeOf(quinn, /Waiting for you \(0\)/)
})

test('[U.8] the requester sees it in flight, the others are asked; who approved is not asked again', async () => {
  await stack.slack.openHome(bob)
  await stack.slack.openHome(carol)
  await shop.press(alice, /Promote to production/)
  const asked = await homeOf(bob, /Waiting for you \(1\)[\s\S]*0 of 2/)
  const own = await homeOf(alice, /In flight[\s\S]*approval for production/)

  expect(textOf(own)).toContain('Waiting for you (0)')
  window.pressHome(bob, buttonOf(asked, /^Approve/))
  await homeOf(bob, /Waiting for you \(0\)[\s\S]*1 of 2/)
  window.pressHome(carol, buttonOf(await homeOf(carol, /1 of 2/), /^Approve/))
  await homeOf(alice, new RegExp(`shop production[^\\n]*${first}-rc\\.1`))
})

test('[U.5] a commit by a nasty author mentions nobody, links nowhere and changes no layout', async () => {
  await until('the commit to be shown', async () => wholeText(await shop.card()).includes('totals'))
  const everything = (await shop.all()).map(wholeText).join('\n')

  expect(everything).toContain('&lt;!channel&gt;')
  expect(everything).not.toContain('<!channel>')
  expect(everything).not.toMatch(/<https:\/\/evil/)
  expect(everything).not.toMatch(/https:\/\/evil|@here|@channel/)
})

test('[U.4] every message is a sentence within Slack’s sizes, and a status is a word with its mark', async () => {
  // Reading the channel holds each message of the bot against Slack's limits.
  const messages = (await shop.all()).filter(({ user }) => user === 'U0SLIPWAY')

  expect(messages.length).toBeGreaterThan(10)
  for (const { text } of messages) expect(text).toMatch(/\p{L}+ .*\p{L}/u)
  await shop.cardSays(/Build ✅ built {2}› {2}integration ✅ accepted {2}› {2}staging ✅ accepted/)
})

test('[O.4] a refused person’s error id is in the log with the reason, and acknowledgements are measured', async () => {
  const answer = await shop.ask(dan, 'cut shop "Not mine"', /err/)
  const id = /e_[0-9a-f]+/.exec(answer)?.[0] ?? 'no id'
  // Written when it is told, and Slack shows it a moment sooner.
  const line = await until('the line of the log', () =>
    readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8')
      .split('\n')
      .find((one) => one.includes(id) && one.endsWith('}')),
  )

  expect(JSON.parse(line)).toMatchObject({ errorId: id, refusal: { code: 'not-permitted' } })
  const metrics = await (await fetch(`${stack.url}/metrics`)).text()
  expect(metrics).toMatch(/slipway_ack_seconds_count\{kind="command"\} [1-9]/)
  expect(metrics).toMatch(/slipway_ack_seconds_count\{kind="press"\} [1-9]/)
})

test('[U.17] each phrase of the table leads to its answer or to one button, and nothing that was not meant runs', async () => {
  const { db } = stack.database
  const orders = async (): Promise<number> =>
    Number(
      (
        await db
          .selectFrom('inbox')
          .select((row) => row.fn.countAll().as('all'))
          .executeTakeFirst()
      )?.all,
    )
  const before = await api.releases()
  // The demo has no checklist to tick on.
  const table = phrases.filter(([phrase]) => !phrase.startsWith('tick '))
  const wrong = await wrongPhrases({ slack: stack.slack, window, orders }, table)

  expect(table.length).toBeGreaterThanOrEqual(150)
  expect(wrong).toEqual([])
  expect((await api.releases()).map(({ version, state }) => `${version} ${state}`)).toEqual(
    before.map(({ version, state }) => `${version} ${state}`),
  )
})

test('[U.18] every text that was said keeps to the terms of docs/voice.md', async () => {
  const texts = await saidTexts(stack.slack)

  expect(texts.length).toBeGreaterThan(200)
  expect(texts.join('\n')).toMatch(/did not promote/)
  expect(wrongTexts(texts)).toEqual([])
})
