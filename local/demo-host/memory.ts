import { readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** An environment's settings from its template and variables. */
export const settings = z.object({
  memoryMegabytes: z.int().min(32).max(1024),
  currency: z.string().regex(/^[A-Z]{3}$/),
  logLevel: z.string(),
})

const remembered = z.object({
  generation: z.int(),
  port: z.int(),
  schema: z.string(),
  settings,
  /** The commit and folder of the release that serves; `null` before the first. */
  release: z.object({ commit: z.string(), folder: z.string() }).nullable(),
})
export type Remembered = z.infer<typeof remembered>

const memory = z.object({
  environments: z.record(z.string(), remembered),
  /** How often an environment of this name was created, including removed ones. */
  generations: z.record(z.string(), z.int()),
})
export type Memory = z.infer<typeof memory>

/** The state that an earlier host wrote into this folder; empty at first. */
export function recall(folder: string): Memory {
  try {
    return memory.parse(JSON.parse(readFileSync(join(folder, 'environments.json'), 'utf8')))
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return { environments: {}, generations: {} }
    }
    throw error
  }
}

/** Replaces the stored state atomically. */
export function remember(folder: string, content: Memory): void {
  const file = join(folder, 'environments.json')
  writeFileSync(`${file}.new`, JSON.stringify(content, null, 2))
  renameSync(`${file}.new`, file)
}
