/** Tells the person that an order is in progress if it has no answer after two seconds. Faster orders get only their answer. */
import { unescapeEntities } from '../commands/tokenise.js'
import type { OrderRequest } from '../inbox/record-order.js'
import type { BotLog } from '../slack/log.js'
import type { Replier } from '../slack/reply.js'
import { formatCommand } from '../verbs/format-command.js'
import { workingMessage } from '../views/slow-order-message.js'

export interface WorkingNotice {
  /** Watches an order that was just recorded. */
  watch(order: OrderRequest): void
  /** Sends no more notices. */
  stop(): void
}

export interface WorkingNoticeOptions {
  readonly hasAnswer: (key: string) => Promise<boolean>
  readonly replier: Replier
  readonly log: BotLog
  /** 2 s by default. */
  readonly afterMs?: number
}

const AFTER_MS = 2_000

export function createWorkingNotice(options: WorkingNoticeOptions): WorkingNotice {
  const { hasAnswer, replier, log, afterMs = AFTER_MS } = options
  const timers = new Set<NodeJS.Timeout>()

  async function say({ key, actor: user, reply, draft }: OrderRequest): Promise<void> {
    try {
      if (await hasAnswer(key)) return
      const message = workingMessage(unescapeEntities(formatCommand(draft)))
      await replier.send({ user, reply, message, here: false })
    } catch (error) {
      log.warn({ err: error, key }, 'The working notice could not be sent')
    }
  }

  return {
    watch(order) {
      const timer = setTimeout(() => {
        timers.delete(timer)
        void say(order)
      }, afterMs)
      timers.add(timer)
    },
    stop() {
      for (const timer of timers) clearTimeout(timer)
      timers.clear()
    },
  }
}
