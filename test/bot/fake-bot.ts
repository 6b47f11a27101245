import type { App, ReceiverEvent } from '@slack/bolt'
import type { BotContext } from '../../bot/interactions/bot-context.js'
import { type Authorizer, createAuthorizer } from '../../bot/orders/authorize.js'
import type { Reads } from '../../bot/orders/reads.js'
import type { BotLog } from '../../bot/slack/log.js'
import type { Person } from '../../bot/slack/people.js'
import { createSlackApp, type SlackApp } from '../../bot/slack-app.js'
import { type ButtonTarget, buttonId } from '../../bot/views/button-target.js'
import type { Message } from '../../bot/views/message.js'
import type { NewOrder, Receipt } from '../../db/receive.js'
import type { Configuration } from '../../domain/configuration.js'
import type { UserId } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { ALICE, anApp, BOB, QUINN } from './verbs/grammar-fixture.js'

export const silent: BotLog = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
}

export function aConfiguration(more: Partial<Configuration> = {}): Configuration {
  return {
    command: '/release',
    roles: [
      { name: 'releasers', users: [ALICE], groups: [] },
      { name: 'qa', users: [QUINN], groups: [] },
      { name: 'release-managers', users: [ALICE, BOB], groups: ['@release-managers'] },
    ],
    apps: [anApp('shop'), anApp('web')],
    identities: { people: [], agents: [] },
    registries: [],
    pollEveryMs: null,
    digest: null,
    hash: 'h',
    text: '',
    ...more,
  }
}

const member = (user: UserId): Person => ({ user, kind: 'member', timezone: 'UTC', email: null, name: null })

export const noReads: Reads = {
  button: async () => null,
  hasAnswer: async () => true,
  storeButtons: async () => undefined,
  releaseOfThread: async () => null,
  pushOfThread: async () => null,
  candidate: async () => ({ kind: 'unknown', nearest: [] }),
  release: async () => null,
  releaseOfVersion: async () => null,
  noRoomToBuild: async () => null,
  releaseState: async () => null,
  trains: async () => [],
  trainLook: async () => null,
  notes: async () => null,
  releases: async () => [],
  openReleases: async () => [],
  plannedReleases: async () => [],
  releasesOf: async () => [],
  environments: async () => [],
  deployment: async () => null,
  deploymentLog: async () => null,
  build: async () => ({ kind: 'unknown' }),
  buildLog: async () => null,
  auditOfRelease: async () => [],
  pushes: async () => [],
  audit: async () => [],
  schedules: async () => [],
  runs: async () => [],
  waiting: async () => [],
  delays: async () => [],
  fileAt: async () => null,
  range: async () => ({ commits: [], total: 0, read: 0, authors: 0, people: [], pulls: [] }),
  changes: async () => ({ files: [], total: 0, added: 0, deleted: 0 }),
  lackedOfTrunk: async () => [],
  takenOut: async () => ({ total: 0, commits: [] }),
}

/** A bot on the real Bolt; what happened is one list, in order. */
export interface FakeBot {
  readonly app: SlackApp
  readonly happened: string[]
  readonly orders: NewOrder[]
  readonly told: { readonly user: string; readonly message: Message; readonly here: boolean }[]
  readonly calls: { readonly method: string; readonly args: Record<string, unknown> }[]
  readonly acks: unknown[]
  receive: (order: NewOrder) => Promise<Receipt>
  buttons: Map<string, ButtonTarget>
  send(body: Record<string, unknown>): Promise<void>
}

export async function aFakeBot(
  more: {
    readonly reads?: Partial<Reads>
    readonly authorizer?: Authorizer
    /** Of every app, where an answer needs one. */
    readonly definition?: AppDefinition
  } = {},
): Promise<FakeBot> {
  const happened: string[] = []
  const bot: Omit<FakeBot, 'app' | 'send'> = {
    happened,
    orders: [],
    told: [],
    calls: [],
    acks: [],
    receive: async () => 'stored',
    buttons: new Map(),
  }
  let ulids = 0
  const context: BotContext = {
    configuration: () => aConfiguration(),
    windows: () => new Map(),
    comingWindows: () => [],
    inbox: {
      receive: async (order) => {
        happened.push(`receive ${order.intent.kind}`)
        const receipt = await bot.receive(order)
        happened.push(receipt)
        bot.orders.push(order)
        return receipt
      },
      onStored: () => happened.push('poke'),
      newUlid: () => `01JD${String(ulids++).padStart(22, '0')}`,
      log: silent,
    },
    reads: {
      ...noReads,
      button: async (id) => bot.buttons.get(id) ?? null,
      storeButtons: async (targets) => {
        for (const target of targets) bot.buttons.set(buttonId(target), target)
      },
      ...more.reads,
    },
    authorizer:
      more.authorizer ??
      createAuthorizer({
        people: { person: async (user) => member(user), groupMembers: async () => [] },
        configuration: () => aConfiguration(),
        now: () => new Date('2026-11-21T12:00:00Z'),
      }),
    call: async (method, args) => {
      happened.push(method)
      bot.calls.push({ method, args })
      return { ok: true, user_id: 'U0BOT', bot_id: 'B0BOT', team_id: 'T01' }
    },
    replier: {
      send: async ({ user, message, here }) => {
        happened.push('tell')
        bot.told.push({ user, message, here })
        return true
      },
    },
    cardOptions: () => ({
      command: '/release',
      links: { deploymentLog: () => null, buildLog: () => null, workflow: () => null },
      ...(more.definition === undefined ? {} : { definition: more.definition }),
    }),
    now: () => new Date('2026-11-21T12:00:00Z'),
    redact: String,
    newErrorId: () => 'e_TEST',
    log: silent,
  }
  const receiver = { init: (_: App) => undefined, start: async () => undefined, stop: async () => undefined }
  const onChannelOpened = async (channel: string): Promise<void> => {
    happened.push(`opened ${channel}`)
  }
  const app = createSlackApp({ bot: context, receiver, botToken: 'xoxb-test', onChannelOpened })
  await app.start()
  happened.length = 0
  bot.calls.length = 0
  const send = async (body: Record<string, unknown>): Promise<void> => {
    const event: ReceiverEvent = {
      body,
      ack: async (answer?: unknown) => {
        happened.push('ack')
        bot.acks.push(answer)
      },
    }
    await app.bolt.processEvent(event)
  }
  return Object.assign(bot, { app, send })
}

export const command = (text: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  command: '/release',
  text,
  user_id: ALICE,
  channel_id: 'C01SHOP',
  team_id: 'T01',
  trigger_id: 'trigger.1',
  response_url: 'https://hooks.example/1',
  ...more,
})

export const press = (
  value: string | null,
  more: Record<string, unknown> = {},
  action: Record<string, unknown> = {},
): Record<string, unknown> => ({
  type: 'block_actions',
  user: { id: ALICE, team_id: 'T01' },
  team: { id: 'T01' },
  trigger_id: 'trigger.2',
  response_url: 'https://hooks.example/2',
  channel: { id: 'C01SHOP' },
  container: { type: 'message', message_ts: '1.1' },
  message: { ts: '1.1' },
  actions: [
    {
      type: 'button',
      action_id: 'rel.v1.accept',
      block_id: 'b',
      action_ts: '2.2',
      ...(value === null ? {} : { value }),
      ...action,
    },
  ],
  ...more,
})
