import { createHash } from 'node:crypto'

/** A short id of an order for people to quote; the log has it next to the order's full key. */
export function errorIdOf(orderKey: string): string {
  return `e_${createHash('sha256').update(orderKey).digest('hex').slice(0, 8)}`
}
