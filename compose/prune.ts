/**
 * `npm run prune [-- --dry-run]`: deletes old data from the database now, or only shows what would be deleted, including this
 * host's folders. Folders are left to the worker, which first collects the ends of its commands.
 */
import { parseArgs } from 'node:util'
import { formatSettingProblems, processEnvironment, readWorkerEnvironment } from '../config.js'
import { findLimits, openDatabase } from '../db/database.js'
import { installationId } from '../db/installation.js'
import { retainedRows } from '../db/prune.js'
import type { Removed, Retained } from '../domain/retention.js'
import { openArtifacts } from './artifacts.js'
import { retainedOnHost } from './retention.js'
import { StartProblem } from './start-problem.js'

const {
  values: { 'dry-run': isDry },
} = parseArgs({ options: { 'dry-run': { type: 'boolean', default: false } } })
const read = readWorkerEnvironment(processEnvironment())
if (read.kind === 'problems') {
  console.error(formatSettingProblems(read.problems))
  process.exitCode = 1
} else {
  const { databaseUrl: url, keepDays } = read.settings
  const database = openDatabase({ url, poolSize: 1, limits: await findLimits(url) })
  try {
    const rows = retainedRows(database.db, keepDays)
    const { db } = database
    const host = { settings: read.settings, environment: processEnvironment(), db, holder: 'prune' }
    const { shelf } = isDry ? await openArtifacts(read.settings, await installationId(db)) : { shelf: null }
    const folders = shelf === null ? [] : retainedOnHost({ ...host, shelf })
    for (const one of [...rows, ...folders]) console.log(await line(one))
  } catch (error) {
    if (!(error instanceof StartProblem)) throw error
    console.error(error.message)
    process.exitCode = 1
  } finally {
    await database.close()
  }
}

async function line({ kind, find, remove }: Retained): Promise<string> {
  return isDry ? say(kind, 'would go', await find()) : say(kind, 'went', await remove(() => true))
}

function say(kind: string, what: string, { count, bytes }: Removed): string {
  const size = count === 0 ? '' : `, about ${(bytes / 1_024 / 1_024).toFixed(1)} MB`
  return `${kind.padEnd(9)} ${count} ${what}${size}`
}
