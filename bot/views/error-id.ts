import { createHash } from 'node:crypto'

/** A short id of an order: the person reads it out, the log has it beside the order's whole key. */
export function errorIdOf(orderKey: string): string {
  return `e_${createHash('sha256').update(orderKey).digest('hex').slice(0, 8)}`
}
