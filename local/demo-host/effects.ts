import { appendFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

export const effectOrder = z.object({
  /** The idempotency key of the stage that asked for it. */
  key: z.string().min(1),
  environment: z.string().min(1),
  /** The action, e.g. `install` or `migrate:0002_stock.sql`; `<stage>:started` for each run of a stage's command. */
  action: z.string().min(1),
  commit: z.string().nullable().default(null),
})
export type EffectOrder = z.infer<typeof effectOrder>

export const effect = effectOrder.extend({ at: z.iso.datetime() })
export type Effect = z.infer<typeof effect>

/** A log of the actions done here, one per line, in order; survives every crash. */
export interface Effects {
  list(): readonly Effect[]
  add(order: EffectOrder): void
  /** Whether the same key already did this in this environment. */
  has(order: Pick<EffectOrder, 'key' | 'environment' | 'action'>): boolean
}

/** Opens the log in a folder, with what earlier processes wrote. */
export function openEffects(folder: string): Effects {
  const file = join(folder, 'effects.jsonl')
  const effects = readLines(file)
  return {
    list: () => effects,
    add(order) {
      const entry = { ...order, at: new Date().toISOString() }
      appendFileSync(file, `${JSON.stringify(entry)}\n`)
      effects.push(entry)
    },
    has: ({ key, environment, action }) =>
      effects.some((one) => one.key === key && one.environment === environment && one.action === action),
  }
}

function readLines(file: string): Effect[] {
  try {
    const lines = readFileSync(file, 'utf8').split('\n')
    return lines.filter((line) => line !== '').map((line) => effect.parse(JSON.parse(line)))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return []
    throw error
  }
}
