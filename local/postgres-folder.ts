import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { waitForLock } from './process-lock.js'
import { type ProcessPlan, readableTail, startProcess } from './processes.js'
import { StartFailure } from './start-failure.js'

export interface DataFolderPlan {
  /** Gets `data` in it, unless it has it. */
  readonly folder: string
  /** Where an empty database is kept to be copied; without it each is made anew. */
  readonly templateFolder: string | null
  /** The process that makes an empty database in the folder it is given. */
  readonly make: (data: string) => ProcessPlan
  readonly lockFile: string
}

/**
 * Returns a folder with a whole database in it. A new one is made aside and moved, so being killed meanwhile leaves no
 * half of one; and in a process that ends, since making one takes several hundred megabytes that are never given back.
 */
export async function prepareDataFolder(plan: DataFolderPlan): Promise<string> {
  await waitForLock(plan.lockFile)
  const data = join(plan.folder, 'data')
  if (existsSync(data)) return data
  const draft = `${data}.new`
  rmSync(draft, { recursive: true, force: true })
  if (plan.templateFolder === null) await makeDatabase(plan, draft)
  else cpSync(await template(plan, plan.templateFolder), draft, { recursive: true })
  renameSync(draft, data)
  return data
}

/** Templates in the making: starts side by side in this process share one. */
const making = new Map<string, Promise<string>>()

async function template(plan: DataFolderPlan, templateFolder: string): Promise<string> {
  const kept = join(templateFolder, `postgres-${pgliteVersion()}`)
  if (existsSync(kept)) return kept
  const made = making.get(kept) ?? makeTemplate(plan, kept)
  making.set(kept, made)
  return made.finally(() => making.delete(kept))
}

async function makeTemplate(plan: DataFolderPlan, kept: string): Promise<string> {
  mkdirSync(dirname(kept), { recursive: true })
  const draft = `${kept}.${process.pid}`
  await makeDatabase(plan, draft)
  try {
    renameSync(draft, kept)
  } catch (error) {
    // Another process was faster; its template is as good.
    rmSync(draft, { recursive: true, force: true })
    if (!existsSync(kept)) throw error
  }
  return kept
}

async function makeDatabase({ make }: DataFolderPlan, data: string): Promise<void> {
  const running = await startProcess(make(data))
  await running.ended
  if (!existsSync(join(data, 'PG_VERSION')))
    throw new StartFailure(`No database could be made.\n${readableTail(running.tail())}`)
}

/** A database belongs to the version that made it. */
function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version
}
