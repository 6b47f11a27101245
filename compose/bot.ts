/** Wires everything the bot needs: Slack in and out, the inbox worker, the publisher, the HTTP server. */
import { randomBytes, randomUUID } from 'node:crypto'
import { hostname } from 'node:os'
import { ulid } from 'ulid'
import { handleIntent } from '../bot/inbox/handle-intent.js'
import { type InboxWorker, startInboxWorker } from '../bot/inbox/inbox-worker.js'
import type { BotContext } from '../bot/interactions/bot-context.js'
import { createWorkingNotice, type WorkingNotice } from '../bot/interactions/working-notice.js'
import { createAuthorizer } from '../bot/orders/authorize.js'
import { databaseReads } from '../bot/orders/reads.js'
import { createLeadership } from '../bot/publisher/leadership.js'
import type { OutcomeNotifier } from '../bot/publisher/outcomes/outcome-notifier.js'
import type { Publisher } from '../bot/publisher/publisher.js'
import { type AddressBook, createAddressBook } from '../bot/slack/address-book.js'
import { createPeople, type People } from '../bot/slack/people.js'
import { createReplier } from '../bot/slack/reply.js'
import { createSlackCall } from '../bot/slack/web-call.js'
import { createSlackClient } from '../bot/slack/web-client.js'
import type { CardOptions } from '../bot/views/card/card-options.js'
import { openChannel } from '../db/closed-channels.js'
import { type OpenDatabase, openDatabase } from '../db/database.js'
import { countReports } from '../db/github-reports.js'
import type { ClaimedOrder } from '../db/inbox.js'
import { saveMute } from '../db/mutes.js'
import { deploymentsByState } from '../db/queries/deployments-by-state.js'
import { readReleaseState } from '../db/queries/release-state.js'
import { liveWorkers } from '../db/queries/workers.js'
import { receive } from '../db/receive.js'
import { editNotes, type NotesEdit } from '../db/release-notes.js'
import { countUnanswered } from '../db/slow-orders.js'
import { findApp, findRole } from '../domain/configuration.js'
import type { UserId } from '../domain/identifiers.js'
import type { MuteIntent } from '../domain/intent.js'
import type { Step } from '../domain/traces.js'
import { createMetrics, type Metrics } from '../http/metrics.js'
import { releaseWorkflowId } from '../workflows/workflow-ids.js'
import type { BotParts } from './bot-parts.js'
import { openHttp } from './http.js'
import { lookupsOf } from './lookups.js'
import { openNameWatch } from './name-watch.js'
import { logOrder } from './order-log.js'
import { parkedOrders } from './parked-orders.js'
import { openPublishing } from './publishing.js'
import { openPolling, openWebhooks } from './pushes.js'
import { comingWindows, openCommits, windowsAt } from './question-sources.js'
import { openReports } from './reports.js'
import type { Resources } from './resources.js'
import { openSlackTransport } from './slack-transport.js'
import { stageCallbacks } from './stage-callbacks.js'
import { trainReads } from './trains.js'

export interface RunningBot {
  /** Where the HTTP server listens. */
  readonly port: number
  stop(): Promise<void>
}

/** A recorded order is acknowledged within 1.5 s or not at all, so it never waits behind other queries. */
const INBOX_POOL = 3
const INBOX_TIMEOUT_MS = 1_400

/** Starts the bot: first the sending of answers, then its transport. */
export async function openBot(parts: BotParts): Promise<RunningBot> {
  const { settings, resources, log, redact } = parts
  const { db } = resources.database
  const holder = `${hostname()}-${randomUUID().slice(0, 8)}`
  const metrics = openMetrics(db)
  const { botToken: token, apiUrl } = settings.slack
  const client = createSlackClient({ token, apiUrl, redact, onCall: metrics.slackCalled })
  const leadership = createLeadership({ db, holder })
  const inbox = openInbox(parts)
  let inboxWorker: InboxWorker | null = null
  let working: WorkingNotice | null = null
  // Known once Slack has returned our identity; before that, no orders can arrive.
  let teamId: string | null = null
  const bot = botContext(parts, {
    teamId: () => teamId,
    receive: receiving(parts, inbox),
    onStored: (order) => {
      inboxWorker?.poke()
      working?.watch(order)
    },
  })
  working = createWorkingNotice({ hasAnswer: bot.reads.hasAnswer, replier: bot.replier, log })
  const book = openBook(parts, bot)
  const names = openNameWatch(parts, bot)
  const publishing = openPublishing(parts, { client, leadership, bot, book, onRemoved: metrics.removed })
  inboxWorker = openInboxWorker(parts, { bot, book, holder, metrics, ...publishing })
  const transport = openSlackTransport(parts, bot, {
    onAcknowledged: metrics.acknowledged,
    onHomeOpened: publishing.home.opened,
    onChannelOpened: (channel) => openChannel(db, channel),
    onIdentity: (identity) => {
      teamId = identity.teamId
      names.start()
    },
  })
  const pushes = { ...bot.inbox, onStored: () => inboxWorker?.poke() }
  const webhooks = { ...openWebhooks(parts, pushes), ...stageCallbacks(settings, db) }
  const http = await openHttp({ ...parts, metrics, webhooks, transport, names })
  const polling = openPolling(parts, { leader: leadership, inbox: pushes })
  const reports = openReports(parts, { leader: leadership, holder })
  await leadership.start()
  publishing.start()
  reports.start()
  polling.start()
  transport.app.start().catch((error: unknown) => log.error({ err: error }, 'Slack does not let the bot in'))
  const running = inboxWorker
  const notices = working
  return {
    port: http.port,
    stop: async () => {
      await transport.app.stop()
      await http.close()
      for (const part of [notices, names]) part.stop()
      for (const part of [reports, polling, running, publishing, leadership]) await part.stop()
      await inbox.close()
    },
  }
}

/** How an order arrived and what it is: a command, a press, a form, a push … */
const toldAs = (doing: string, { key, intent }: Pick<ClaimedOrder, 'key' | 'intent'>): Step => ({
  name: `${doing} ${intent.kind}`,
  about: { 'slipway.order': key.split('/', 1)[0] ?? '', 'slipway.app': intent.app ?? '' },
})

const receiving =
  ({ traces }: BotParts, { db }: OpenDatabase): BotContext['inbox']['receive'] =>
  (order) =>
    traces.begin(order.key, toldAs('record', order), {
      run: () => receive(db, order),
      isNew: (receipt) => receipt === 'stored',
    })

function openMetrics(db: Resources['database']['db']): Metrics {
  return createMetrics({
    deployments: () => deploymentsByState(db),
    unanswered: () => countUnanswered(db),
    reports: () => countReports(db),
    workers: () => liveWorkers(db),
  })
}

function openInbox({ settings, resources }: BotParts): OpenDatabase {
  const { databaseUrl: url } = settings
  const { limits } = resources
  return openDatabase({ url, poolSize: INBOX_POOL, statementTimeoutMs: INBOX_TIMEOUT_MS, limits })
}

const openBook = ({ configuration }: BotParts, { call }: Pick<BotContext, 'call'>): AddressBook =>
  createAddressBook({
    call,
    identities: () => configuration().identities,
    now: () => performance.now(),
  })

function botContext(
  parts: BotParts,
  { teamId, ...inbox }: Pick<BotContext['inbox'], 'receive' | 'onStored'> & { teamId(): string | null },
): BotContext & { readonly people: People } {
  const { settings, resources, configuration, links, log, redact } = parts
  const { db } = resources.database
  const { botToken: token, apiUrl } = settings.slack
  const call = createSlackCall({ token, apiUrl, redact })
  const git = openCommits(parts)
  const people = createPeople({ call, teamId, now: () => performance.now(), log })
  const cardOptions = (app: string): CardOptions => ({
    command: configuration().command,
    links,
    definition: findApp(configuration(), app),
    people: (role) => findRole(configuration(), role)?.users ?? [],
  })
  return {
    configuration,
    inbox: { ...inbox, newUlid: () => ulid(), log },
    reads: databaseReads(db, {
      ...git,
      ...trainReads(parts, { db, git }),
      releaseState: (app, id) => readReleaseState(db, releaseWorkflowId(app, id)),
    }),
    authorizer: createAuthorizer({ people, configuration, now: () => new Date() }),
    call,
    people,
    replier: createReplier({ call, log, redact }),
    cardOptions,
    windows: windowsAt,
    comingWindows,
    now: () => new Date(),
    newErrorId: () => `e_${randomBytes(3).toString('hex')}`,
    redact,
    log,
  }
}

function openInboxWorker(
  { resources, configuration, log, traces }: BotParts,
  needs: {
    readonly bot: BotContext
    readonly book: AddressBook
    readonly holder: string
    readonly metrics: Metrics
    readonly publisher: Publisher
    readonly outcomes: OutcomeNotifier
  },
): InboxWorker {
  const { db } = resources.database
  const { reads, authorizer } = needs.bot
  const context = {
    configuration,
    gateway: resources.gateway,
    authorizer,
    book: needs.book,
    clock: { now: () => new Date() },
    parked: parkedOrders(db),
    editNotes: (edit: NotesEdit) => editNotes(db, edit),
    saveMute: (user: UserId, mute: MuteIntent) => saveMute(db, user, mute),
    lookups: lookupsOf(db, reads),
  }
  return startInboxWorker({
    db,
    holder: needs.holder,
    follow: (order, work) => traces.step(async () => order.key, toldAs('carry out', order), work),
    handle: (order) => handleIntent(order, context),
    tell: (order, outcome) =>
      traces.part({ name: 'slack: answer' }, () => needs.outcomes.tell(order, outcome)),
    onTrouble: (order, error) => log.warn({ err: error, key: order?.key }, 'An order has no answer yet'),
    onDone: (order, outcome) => {
      needs.metrics.orderEnded(order.intent.kind, logOrder(log, order, outcome))
      needs.publisher.poke()
    },
  })
}
