import type { Kysely } from 'kysely'
import type { DeploymentId } from '../../domain/identifiers.js'
import { anyOf } from '../any-of.js'
import type { Database } from '../tables.js'

/** The logs of all stages of a deployment as one text, in the order they ran; `null` when there is no such deployment. */
export async function deploymentLog(db: Kysely<Database>, id: DeploymentId): Promise<string | null> {
  const known = await db.selectFrom('deployments').select('id').where('id', '=', id).executeTakeFirst()
  if (known === undefined) return null
  const runs = await db
    .selectFrom('stage_runs')
    .select(['key', 'stage', 'attempt', 'run', 'verdict', 'exit_code'])
    .where('deployment_id', '=', id)
    .orderBy('started_at')
    .orderBy('run')
    .execute()
  const logs = await readLogs(
    db,
    runs.map(({ key }) => key),
  )
  return runs
    .map((run) => {
      const exit = run.exit_code === null ? '' : `, exit code ${run.exit_code}`
      const head = `=== ${run.stage}, attempt ${run.attempt}, run ${run.run}: ${run.verdict ?? 'running'}${exit} ===`
      return `${head}\n${ended(logs.get(run.key) ?? '')}`
    })
    .join('\n')
}

/** The log of one stage run by its key, e.g. of a build; empty when it wrote nothing. */
export async function stageLog(db: Kysely<Database>, key: string): Promise<string> {
  const logs = await readLogs(db, [key])
  return logs.get(key) ?? ''
}

/** The logs of stage runs by their keys. Pieces overlap where a worker came back and read the log again. */
export async function readLogs(
  db: Kysely<Database>,
  keys: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>()
  if (keys.length === 0) return texts
  const pieces = await db
    .selectFrom('stage_logs')
    .selectAll()
    .where('key', '=', anyOf(keys))
    .orderBy('key')
    .orderBy('at')
    .execute()
  const ends = new Map<string, number>()
  for (const { key, at, text } of pieces) {
    const end = ends.get(key) ?? 0
    if (at + text.length <= end) continue
    texts.set(key, (texts.get(key) ?? '') + text.slice(Math.max(0, end - at)))
    ends.set(key, at + text.length)
  }
  return texts
}

const ended = (text: string): string => (text === '' || text.endsWith('\n') ? text : `${text}\n`)
