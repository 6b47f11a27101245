/** Gathers the context of a command: the channel's app, the thread's release, pasted cards. */
import { type ChannelId, parseChannelId, type UserId } from '../../domain/identifiers.js'
import type { CommandContext, KnownRelease } from '../commands/parsed-command.js'
import { cardAddresses } from '../commands/release-words.js'
import { within } from '../slack/with-timeout.js'
import type { BotContext } from './bot-context.js'

/** If the card is not found in time, the command has to name the release. */
const LOOK_UP_MS = 500
const MOST_LINKS = 3

export interface Typed {
  readonly text: string
  readonly user: UserId
  readonly channel: ChannelId | null
  /** The `ts` of the message whose thread it was typed in. */
  readonly thread: string | null
}

export async function commandContext(bot: BotContext, typed: Typed): Promise<CommandContext> {
  const { command, apps } = bot.configuration()
  const { channel, thread, text, user } = typed
  const addresses = cardAddresses(text).slice(0, MOST_LINKS)
  const [inThread, ...linked] = await Promise.all([
    channel === null || thread === null ? null : find(bot, channel, thread),
    ...addresses.map((address) => findByAddress(bot, address)),
  ])
  const links = new Map<string, KnownRelease>()
  for (const [index, release] of linked.entries()) {
    const address = addresses[index]
    if (address !== undefined && release !== null) links.set(address, release)
  }
  const channelApp = apps.find((app) => app.channel === channel)?.name ?? null
  return { command, apps, channelApp, thread: inThread ?? null, links, asker: user }
}

/** `…/archives/C01SHOP/p1732190000000100`: the last six digits are the fraction. */
async function findByAddress(bot: BotContext, address: string): Promise<KnownRelease | null> {
  const [, channelText = '', digits = ''] = /\/archives\/([A-Z0-9]+)\/p(\d+)/.exec(address) ?? []
  const channel = parseChannelId(channelText)
  return channel && find(bot, channel, `${digits.slice(0, -6)}.${digits.slice(-6)}`)
}

async function find(bot: BotContext, channel: ChannelId, ts: string): Promise<KnownRelease | null> {
  const found = await within(LOOK_UP_MS, bot.reads.releaseOfThread(channel, ts)).catch(() => null)
  return found === 'late' ? null : found
}
