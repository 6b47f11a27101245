/** Describes an order without an answer for people. */
import { type AppName, SLIPWAY } from '../../domain/identifiers.js'
import type { SlowOrder } from '../../domain/slow-order.js'
import { errorIdOf } from '../views/error-id.js'
import type { Delay } from '../views/slow-order-message.js'
import { formatCommand } from './format-command.js'

/** `command` is the slash command's name, with its slash; `anyApp` stands for an order about all of them. */
export function delayOf(order: SlowOrder, command: string, anyApp: AppName | null): Delay {
  const { key, intent, actor, attempts, trouble, createdAt, parkedAt, finishedAt } = order
  return {
    key,
    app: intent.app ?? anyApp,
    by: actor.user === SLIPWAY ? null : actor.user,
    command:
      intent.kind === 'push' || intent.kind === 'merged-pull' || intent.kind === 'pull'
        ? null
        : `${command} ${formatCommand(intent)}`,
    trouble: attempts === 0 ? null : (trouble ?? 'it is being carried out'),
    errorId: errorIdOf(key),
    since: createdAt,
    parkedAt,
    answeredAt: finishedAt,
  }
}
