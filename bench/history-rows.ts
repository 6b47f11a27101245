/** Years of an app's history, written by the database itself, with its triggers as they are. */
import { type Kysely, sql } from 'kysely'
import type { Database } from '../db/tables.js'
import { environmentRecord } from '../domain/environment/record.js'
import { aLane } from '../test/support/lane.js'
import { bound, emptyDetail } from '../test/support/pipeline-rows.js'

export interface Amount {
  readonly releases: number
  readonly auditRows: number
  /** The newest ones are open and wait in staging. */
  readonly open: number
}

const FIRST = 500
const BATCH = 10_000

/** Adds releases numbered from 1 with a candidate, a build, two deployments and a link each, and their audit. */
export async function addHistory(db: Kysely<Database>, amount: Amount): Promise<void> {
  const open = amount.releases - amount.open
  for (let from = 1, to = FIRST; from <= amount.releases; from = to + 1, to += BATCH) {
    const slice = { from, to: Math.min(to, amount.releases), open }
    await addReleases(db, slice)
    await addDeployments(db, slice)
    // Foreign keys are checked by plans for empty tables otherwise.
    if (from === 1) await sql`analyze`.execute(db)
  }
  await addEnvironments(db, amount)
  await addAudit(db, amount)
  // As autovacuum does within a minute of so many changes.
  await sql`analyze`.execute(db)
}

interface Slice {
  readonly from: number
  readonly to: number
  /** Numbers above are open. */
  readonly open: number
}

const id = (kind: string): ReturnType<typeof sql> => sql`${sql.lit(kind)} || lpad(i::text, 26, '0')`
const commit = sql`lpad(to_hex(i), 40, '0')`
const digest = sql`'sha256:' || lpad(to_hex(i), 64, '0')`
const at = sql`timestamptz '2020-01-01' + i * interval '30 minutes'`

async function addReleases(db: Kysely<Database>, { from, to, open }: Slice): Promise<void> {
  const detail = JSON.stringify({ ...emptyDetail, bound })
  const numbers = sql`generate_series(${from}::int, ${to}::int) as i`
  await sql`insert into releases (id, app, version, title, description, type, state, phase, channel, requested_by,
      config_hash, detail, created_at, cut_at, released_at)
    select ${id('rel_')}, 'shop', '20.1.' || i, 'Release ' || i, '', 'feature',
      case when i > ${open} then 'open' when i % 20 = 0 then 'abandoned' else 'released' end, 'deploying', 'C01SHOP',
      'U01ALICE', 'hash', ${detail}::jsonb, ${at}, ${at}, case when i > ${open} then null else ${at} end
    from ${numbers}`.execute(db)
  await sql`insert into candidates (release_id, number, commit, state, artifact_digest, picked, created_at)
    select ${id('rel_')}, 1, ${commit}, 'ready', ${digest}, '[]', ${at} from ${numbers}`.execute(db)
  await sql`insert into builds (id, app, commit, definition, state, claimed_by, artifact_digest, run, started_at)
    select ${id('bld_')}, 'shop', ${commit}, 'definition', 'succeeded', 'bench', ${digest}, 1, ${at}
    from ${numbers}`.execute(db)
}

async function addDeployments(db: Kysely<Database>, { from, to, open }: Slice): Promise<void> {
  const places = sql`(values (1, 'staging'), (2, 'production')) as place(rank, name)`
  const reached = sql`generate_series(${from}::int, ${to}::int) as i, ${places} where (rank < 2 or i <= ${open})`
  const deployment = sql`'dep_' || lpad((i * 3 + rank)::text, 26, '0')`
  await sql`insert into deployments (id, app, number, environment, kind, release_id, candidate, commit, artifact_digest,
      state, requested_by, needs, approvers, config_hash, attempt, prepared_at, queued_at, started_at, finished_at)
    select ${deployment}, 'shop', i * 3 + rank, name, 'promote', ${id('rel_')}, 1, ${commit}, ${digest},
      case when i > ${open} and rank = 1 then 'awaiting_acceptance' else 'accepted' end, 'U01ALICE', 0, '[]', 'hash', 1,
      ${at}, ${at}, ${at}, ${at}
    from ${reached}`.execute(db)
  await sql`insert into links (release_id, from_environment, to_environment, deployment_id, actor, at)
    select ${id('rel_')}, 'integration', name, ${deployment}, 'U01ALICE', ${at} from ${reached} and rank = 2`.execute(
    db,
  )
}

/** Each environment runs the newest release that reached it. */
async function addEnvironments(db: Kysely<Database>, { releases, open }: Amount): Promise<void> {
  const { detail: shown } = environmentRecord(aLane())
  const detail = JSON.stringify(shown)
  await sql`insert into environments (app, name, position, mode, state, setup_required, current_deployment, generation,
      detail, seq)
    select 'shop', name, rank, 'approval', 'ready', false,
      (select id from deployments where environment = name order by number desc limit 1), 1, ${detail}::jsonb, 1
    from (values (0, 'integration'), (1, 'staging'), (2, 'production')) as place(rank, name)
    where ${releases} > ${open}`.execute(db)
}

async function addAudit(db: Kysely<Database>, { releases, auditRows }: Amount): Promise<void> {
  const accepted = { name: '2026.11.1-rc.1', commit: 'a'.repeat(40), requester: 'U01ALICE' }
  const facts = JSON.stringify({ ...accepted, by: 'person', comment: 'Accepted by the benchmark.' })
  for (let from = 1; from <= auditRows; from += 5 * BATCH) {
    const to = Math.min(from + 5 * BATCH - 1, auditRows)
    await sql`insert into audit (key, at, app, release_id, deployment_id, environment, actor, kind, facts, tell)
      select 'history/' || n, ${at}, 'shop', ${id('rel_')}, null,
        (array['integration', 'staging', 'production'])[1 + n % 3], 'U01ALICE', 'deployment.accepted',
        ${facts}::jsonb, 'keep'
      from generate_series(${from}::int, ${to}::int) as n, lateral (select 1 + n % ${releases} as i) as release`.execute(
      db,
    )
  }
}
