import { cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { z } from 'zod'
import { waitForLock } from './process-lock.js'
import { type ProcessPlan, readableTail, startProcess } from './processes.js'
import { StartFailure } from './start-failure.js'

export interface DataFolderPlan {
  /** The folder for `data`, created unless it exists. */
  readonly folder: string
  /** The folder for an empty template database; without it each database is created from scratch. */
  readonly templateFolder: string | null
  /** The process that creates an empty database in the given folder. */
  readonly make: (data: string) => ProcessPlan
  readonly lockFile: string
}

/**
 * Returns a folder with a complete database. A new one is created aside and moved, so that a killed process leaves no
 * half of one; and in a separate process, because creating one takes several hundred megabytes that are never freed.
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

/** Templates being created: concurrent starts in this process share one. */
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
    // Another process was faster; its template is equivalent.
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

/** A database belongs to the version that created it. */
function pgliteVersion(): string {
  const entry = createRequire(import.meta.url).resolve('@electric-sql/pglite')
  const manifest = readFileSync(join(dirname(entry), '..', 'package.json'), 'utf8')
  return z.object({ version: z.string() }).parse(JSON.parse(manifest)).version
}
