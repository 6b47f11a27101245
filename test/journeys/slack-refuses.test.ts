import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Api, apiOf } from '../support/api.js'
import { alice, bob, type Channel, channelOf, quinn, SHOP, wholeText } from '../support/channel.js'
import { environmentsOf } from '../support/environments.js'
import { thisMonth } from '../support/noon-zone.js'
import { reachedIn } from '../support/progress.js'
import { type SlackOverlay, startSlackOverlay } from '../support/slack-overlay.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

let stack: Stack
let shop: Channel
let api: Api
let overlay: SlackOverlay
const first = `${thisMonth}.1`

beforeAll(async () => {
  stack = await startStack({ configure: (yaml) => `pollEvery: never\n${yaml}` })
  overlay = await startSlackOverlay(stack.embedded.variables['SLACK_API_URL'] ?? '')
  await stack.processes.get('slipway')?.stop()
  await stack.start('slipway', 'all', { SLACK_API_URL: overlay.apiUrl })
  shop = channelOf(stack.slack)
  api = apiOf(stack.url)
  await shop.ask(alice, 'cut shop "Autumn"', /Cut `/)
  await reachedIn(api, first, { environment: 'integration', state: 'accepted' })
  await shop.ask(alice, `promote shop ${first}-rc.1 to staging`, /Queued/)
  await reachedIn(api, first, { environment: 'staging', state: 'awaiting_acceptance' })
})
afterAll(async () => {
  await overlay?.stop()
  await stack?.close()
})

const toldOf = async (user: string): Promise<readonly string[]> =>
  (await shop.all())
    .filter((message) => message.subtype === 'ephemeral' && message.ephemeral_to === user)
    .map(wholeText)

test('[U.15] with no update to spend, a press still changes its card, and nothing is said besides', async () => {
  await until('the button', async () =>
    (await shop.buttons(first)).some(({ label }) => label.startsWith('Accept')),
  )
  overlay.refuses('chat.update', 'ratelimited')
  try {
    await shop.press(quinn, /^Accept/, first)
    const card = await shop.cardSays(/Accepted on staging by/, first)

    expect(wholeText(card)).toContain(quinn)
    expect((await shop.buttons(first)).some(({ label }) => label.startsWith('Accept'))).toBe(false)
    expect(await toldOf(quinn)).toEqual([])
  } finally {
    overlay.refuses('chat.update', null)
  }
})

test('a command is acknowledged without words and answered once', async () => {
  const before = (await toldOf(alice)).length
  await shop.ask(alice, 'lock staging for 1h: demo', /Locked/)
  const said = (await toldOf(alice)).slice(before)

  // On a machine that is busy for two seconds it may say that it works on it; never at once.
  expect(said.filter((text) => !text.includes('Working on it'))).toEqual([expect.stringMatching(/Locked/)])
})

test('[U.16] [U.19] where only some may post, whoever is asked is asked by direct message: why, and how the card comes back', async () => {
  overlay.refuses('chat.postMessage', 'restricted_action', SHOP)
  try {
    await shop.ask(alice, `promote shop ${first}-rc.1 to production`, /Prepared|approv/)
    const places = environmentsOf(stack, api)
    const told = wholeText(await places.direct(bob, /shop.*Autumn.*production/))

    expect(told).toContain(`/release status shop ${first}`)
    expect(told).toMatch(/takes no messages now: only some people may post there/)
    expect(told).toMatch(/Let me post there.*comes back by itself/)
  } finally {
    overlay.refuses('chat.postMessage', null)
  }
})

test('[U.19] a card whose channel was archived comes back by itself, with its thread, when the channel does', async () => {
  overlay.refuses('chat.postMessage', 'is_archived')
  const waits = () =>
    stack.database.db
      .selectFrom('slack_messages')
      .select('detached')
      .where('key', 'like', 'card/%')
      .where('detached', 'is not', null)
      .execute()
  try {
    await shop.ask(alice, 'cut shop "Behind a closed door"', /Cut `/)
    await reachedIn(api, `${thisMonth}.2`, { environment: 'integration', state: 'accepted' })
    expect(await until('the refused card', async () => (await waits())[0])).toEqual({
      detached: 'is_archived',
    })
  } finally {
    overlay.refuses('chat.postMessage', null)
  }
  // It is tried again every five minutes.
  await stack.database.db
    .updateTable('slack_messages')
    .set({ next_at: new Date(0) })
    .where('detached', 'is not', null)
    .execute()

  await shop.cardSays(/integration ✅ accepted/, `${thisMonth}.2`)
  await until('the lines of its thread', async () => (await shop.thread(`${thisMonth}.2`)).length > 0)
  expect(await waits()).toEqual([])
})

test('[U.19] a channel made private without the bot, and a person who left, are said in `/readyz` and the log by name', async () => {
  overlay.refuses('conversations.info', 'channel_not_found', SHOP)
  overlay.says(quinn, { deleted: true })
  try {
    await stack.processes.get('slipway')?.stop()
    await stack.start('slipway', 'all', { SLACK_API_URL: overlay.apiUrl })
    const problems = await until('both problems', async () => {
      const ready = await (await fetch(`${stack.url}/readyz`)).json()
      const found = (ready as { readonly problems: readonly string[] }).problems
      return found.length > 1 ? found : null
    })

    expect(problems.join('\n')).toMatch(/C01SHOP, unless it is private and the bot is not in it: \/invite it/)
    expect(problems.join('\n')).toMatch(/U01QUINN, whose account was deactivated: name somebody else/)
  } finally {
    overlay.refuses('conversations.info', null)
    overlay.says(quinn, null)
  }
})
