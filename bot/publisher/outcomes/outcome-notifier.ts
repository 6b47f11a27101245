/** Tells a person how their order ended: where they gave it while Slack allows, else privately, always them alone. */
import { ensureButtons } from '../../../db/buttons.js'
import { markTold, postponeTelling, type UntoldOrder, untold } from '../../../db/inbox.js'
import { SLIPWAY } from '../../../domain/identifiers.js'
import type { Outcome } from '../../../domain/refusal.js'
import type { SlackFault } from '../../slack/fault.js'
import type { SlackClient } from '../../slack/web-client.js'
import { buttonId } from '../../views/button-target.js'
import type { Message } from '../../views/message.js'
import type { PublisherDatabase } from '../publisher-options.js'
import type { CardLinks } from './card-permalinks.js'
import { errorIdOf, outcomeMessage } from './outcome-message.js'

/** Of an order: a claimed one as well as an untold one. */
export type ToldOrder = Pick<UntoldOrder, 'key' | 'intent' | 'actor' | 'reply' | 'createdAt'>

export interface Teller {
  /** Never throws: what was not told is swept up later. */
  tell(order: ToldOrder, outcome: Outcome): Promise<void>
  start(): void
  stop(): Promise<void>
  /** Tells what others left untold; also runs by itself after `start`. */
  sweep(): Promise<void>
}

export interface TellerOptions {
  readonly db: PublisherDatabase
  readonly client: SlackClient
  readonly links: CardLinks
  /** The slash command's name, with its slash. */
  readonly command: string
  /** Whether this process sweeps: one at a time, or two would tell the same. */
  readonly maySweep: () => boolean
  readonly onProblem?: (key: string, error: string) => void
  /** Hears of who was told what, with the id that the person may read out. */
  readonly onTold?: (told: {
    readonly key: string
    readonly errorId: string
    readonly outcome: Outcome
  }) => void
  readonly now?: () => number
  /** 5 s unless given. */
  readonly sweepEveryMs?: number
  /** How long an order's own process has to tell it; 20 s unless given. */
  readonly graceMs?: number
}

/** Slack gives 30 minutes; a minute is left for clocks that differ. */
const RESPONSE_URL_MS = 29 * 60_000
const SWEEP_EVERY_MS = 5_000
const GRACE_MS = 20_000
const AT_ONCE = 20

export function createTeller(options: TellerOptions): Teller {
  const { db, maySweep, onProblem = () => undefined } = options
  let timer: NodeJS.Timeout | null = null
  let sweeping: Promise<void> | null = null

  async function tell(order: ToldOrder, outcome: Outcome): Promise<void> {
    const { key, actor } = order
    try {
      if (actor.user !== SLIPWAY && !(await deliver(options, order, outcome))) {
        await postponeTelling(db, key)
        return
      }
      options.onTold?.({ key, errorId: errorIdOf(key), outcome })
      await markTold(db, key)
    } catch (error) {
      onProblem(order.key, error instanceof Error ? error.message : String(error))
      await postponeTelling(db, key).catch((inner: unknown) => onProblem(key, String(inner)))
    }
  }

  async function sweepOnce(): Promise<void> {
    if (!maySweep()) return
    for (const order of await untold(db, options.graceMs ?? GRACE_MS, AT_ONCE))
      await tell(order, order.outcome)
  }

  function sweep(): Promise<void> {
    sweeping ??= sweepOnce()
      .catch((error: unknown) => onProblem('sweep', error instanceof Error ? error.message : String(error)))
      .finally(() => {
        sweeping = null
      })
    return sweeping
  }

  return {
    tell,
    sweep,
    start() {
      timer = setInterval(() => void sweep(), options.sweepEveryMs ?? SWEEP_EVERY_MS)
    },
    async stop() {
      if (timer !== null) clearInterval(timer)
      timer = null
      await sweeping
    },
  }
}

/** The three ways, best first. True once nothing more can or need be done. */
async function deliver(options: TellerOptions, order: ToldOrder, outcome: Outcome): Promise<boolean> {
  const { command, db, links, onProblem } = options
  const cardUrl = await links.ofIntent(order.intent).catch(() => null)
  const message = outcomeMessage(outcome, { orderKey: order.key, command, cardUrl })
  await ensureButtons(
    db,
    message.buttons.map((target) => ({ id: buttonId(target), target })),
  )
  for (const way of [byResponseUrl, byEphemeral, byDirectMessage]) {
    const fault = await way(options, order, message)
    if (fault === null) return true
    if (fault === 'not-possible') continue
    onProblem?.(order.key, fault.error)
    // Whether it arrived is unclear, or it is too early: the sweep tries again, by the same way, ever more rarely.
    if (fault.kind === 'unclear' || fault.kind === 'rate-limited' || fault.kind === 'no-access') return false
  }
  // Slack refused every way for good: this person cannot be reached.
  return true
}

/** Null: it is told. */
type Told = SlackFault | 'not-possible' | null

async function byResponseUrl(options: TellerOptions, order: ToldOrder, message: Message): Promise<Told> {
  const { client, now = Date.now } = options
  const { responseUrl } = order.reply
  if (responseUrl === null || now() - Date.parse(order.createdAt) > RESPONSE_URL_MS) return 'not-possible'
  const answer = await client.respond(responseUrl, message)
  return answer.ok ? null : answer.fault
}

async function byEphemeral({ client }: TellerOptions, order: ToldOrder, message: Message): Promise<Told> {
  const { channel, thread } = order.reply
  if (channel === null) return 'not-possible'
  const answer = await client.postEphemeral({ channel, user: order.actor.user, thread }, message)
  return answer.ok ? null : answer.fault
}

async function byDirectMessage({ client }: TellerOptions, order: ToldOrder, message: Message): Promise<Told> {
  const direct = await client.openDirect(order.actor.user)
  if (!direct.ok) return direct.fault
  const answer = await client.post({ channel: direct.value, threadTs: null, broadcast: false, message })
  return answer.ok ? null : answer.fault
}
