/** Whoever gave an order that has no answer after two seconds hears that it is being worked on; all others hear the answer alone. */
import { unescapeEntities } from '../commands/tokenise.js'
import type { OrderRequest } from '../inbox/record-order.js'
import type { BotLog } from '../slack/log.js'
import type { Teller } from '../slack/reply.js'
import { formatCommand } from '../verbs/format-command.js'
import { workingMessage } from '../views/slow-order-message.js'

export interface WorkingNotice {
  /** Of an order that was just recorded. */
  watch(order: OrderRequest): void
  /** Says nothing any more. */
  stop(): void
}

export interface WorkingNoticeOptions {
  readonly hasAnswer: (key: string) => Promise<boolean>
  readonly teller: Teller
  readonly log: BotLog
  /** 2 s unless given. */
  readonly afterMs?: number
}

const AFTER_MS = 2_000

export function createWorkingNotice(options: WorkingNoticeOptions): WorkingNotice {
  const { hasAnswer, teller, log, afterMs = AFTER_MS } = options
  const timers = new Set<NodeJS.Timeout>()

  async function say({ key, actor: user, reply, draft }: OrderRequest): Promise<void> {
    try {
      if (await hasAnswer(key)) return
      const message = workingMessage(unescapeEntities(formatCommand(draft)))
      await teller.tell({ user, reply, message, here: false })
    } catch (error) {
      log.warn({ err: error, key }, 'Nobody was told that an order is being worked on')
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
