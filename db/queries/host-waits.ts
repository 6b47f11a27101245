import { type RawBuilder, sql } from 'kysely'
import type { HostWait } from '../../domain/runs-on.js'

/** Every wait is confirmed at least every five minutes; one that is not was ended from outside. */
const WAITS = sql<boolean>`noted_at > clock_timestamp() - interval '15 minutes'`

/** The oldest of the matching rows, as a JSON value; null when there is none. */
export const hostWait = (which: RawBuilder<unknown>): RawBuilder<HostWait | null> => sql<HostWait | null>`(
  select jsonb_build_object('runsOn', runs_on, 'served', served,
    'since', to_char(since at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'))
  from host_waits where ${WAITS} and ${which} order by since limit 1)`
