import { type RawBuilder, sql } from 'kysely'
import type { HostWait } from '../../domain/runs-on.js'

/** Whoever waits says so at least every five minutes; what says it no more was ended from outside. */
const WAITS = sql<boolean>`noted_at > clock_timestamp() - interval '15 minutes'`

/** Of the rows that a condition names, the oldest, as a value of JSON; null when there is none. */
export const hostWait = (which: RawBuilder<unknown>): RawBuilder<HostWait | null> => sql<HostWait | null>`(
  select jsonb_build_object('runsOn', runs_on, 'served', served,
    'since', to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from host_waits where ${WAITS} and ${which} order by since limit 1)`
