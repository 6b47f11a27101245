import type { Kysely } from 'kysely'
import {
  type AppName,
  type ChannelId,
  type CommitSha,
  type EnvironmentName,
  parseAppName,
  parseEnvironmentName,
} from '../../domain/identifiers.js'
import { messageAt } from '../slack-messages.js'
import type { Database } from '../tables.js'
import { auditLine } from './audit.js'

/** The last push, if the message `ts` of a channel is about pushes; null when it is about something else. */
export async function pushOfThread(
  db: Kysely<Database>,
  channel: ChannelId,
  ts: string,
): Promise<{ readonly app: AppName; readonly commit: CommitSha } | null> {
  const message = await messageAt(db, { channel, ts })
  const [kind, first = '', name = ''] = message?.key.split('/') ?? []
  if (kind === 'note') return ofLine(db, first)
  const app = parseAppName(first)
  const environment = parseEnvironmentName(name)
  return kind === 'env' && app !== null && environment !== null ? ofEnvironment(db, app, environment) : null
}

async function ofEnvironment(db: Kysely<Database>, app: AppName, environment: EnvironmentName) {
  const row = await db
    .selectFrom('deployments')
    .select('commit')
    .where('app', '=', app)
    .where('environment', '=', environment)
    .where('kind', '=', 'push')
    .orderBy('number', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row === undefined ? null : { app, commit: row.commit }
}

async function ofLine(db: Kysely<Database>, id: string) {
  const line = await auditLine(db, id)
  if (line === null || line.app === null || !('commit' in line.facts)) return null
  const { commit } = line.facts
  return commit === null ? null : { app: line.app, commit }
}
