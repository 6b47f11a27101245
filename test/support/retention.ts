import type { Kysely } from 'kysely'
import { retainedRows } from '../../db/prune.js'
import type { Database } from '../../db/tables.js'
import type { databaseKinds, KeepDays, Retained } from '../../domain/retention.js'

type DatabaseKind = (typeof databaseKinds)[number]

/** The default bounds. */
export const KEEP: KeepDays = {
  orders: 90,
  changes: 30,
  sent: 90,
  calls: 30,
  logs: 180,
  buttons: 180,
  messages: 180,
  reports: 180,
  workers: 30,
  jobs: 3,
  checkouts: 1,
  mirrors: 30,
  artifacts: 30,
}

/** The retention of one kind with this many days. */
export function rowsOf(db: Kysely<Database>, kind: DatabaseKind, days: number): Retained {
  const found = retainedRows(db, { ...KEEP, [kind]: days }).find((one) => one.kind === kind)
  if (found === undefined) throw new Error(`Nothing removes ${kind}`)
  return found
}

/** Removes them; returns how many. */
export async function prune(db: Kysely<Database>, kind: DatabaseKind, days: number): Promise<number> {
  return (await rowsOf(db, kind, days).remove(() => true)).count
}
