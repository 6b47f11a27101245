import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ensureButtons, findButton } from '../../db/buttons.js'
import { giveUpArtifacts, needlessArtifacts } from '../../db/prune-artifacts.js'
import { claimBuild, finishBuild } from '../../db/repositories/builds.js'
import { createRelease } from '../../db/repositories/create-release.js'
import { databaseKinds } from '../../domain/retention.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aCut,
  aDeployment,
  aMove,
  anEnvironment,
  change,
  channel,
  commitOf,
  deploymentId,
  digestOf,
  emptyDetail,
  releaseId,
  shop,
} from '../support/pipeline-rows.js'
import { prune, rowsOf } from '../support/retention.js'

const OLD = '2025-01-01T00:00:00.000Z'
const goingOn = releaseId('open')
const current = releaseId('current')
const over = releaseId('over')
/** Of no release: built, held by an environment, and built today. */
const [alone, held, young] = ['alone', 'held', 'young']

/** What keeps each table from growing indefinitely: its kind of retention, or the reason why it has none. */
const bounds: Readonly<Record<string, (typeof databaseKinds)[number] | { readonly because: string }>> = {
  inbox: 'orders',
  changes: 'changes',
  sent_orders: 'sent',
  stage_calls: 'calls',
  stage_logs: 'logs',
  buttons: 'buttons',
  slack_messages: 'messages',
  github_reports: 'reports',
  workers: 'workers',
  audit: { because: 'the record is never shortened' },
  audit_seals: { because: 'one for each line of the record' },
  releases: { because: 'a version stays taken, and links stay what they were' },
  candidates: { because: 'a version stays taken' },
  builds: { because: 'a commit is built once, whenever it is asked for' },
  deployments: { because: 'the history that where, history and metrics read' },
  stage_runs: { because: 'the history of a deployment; its logs go' },
  approvals: { because: 'who approved what is part of the record' },
  links: { because: 'history is never removed' },
  artifacts: { because: 'one for each artifact that was asked for, and what was removed is known' },
  configurations: { because: 'a release is deployed as it was configured when it was cut' },
  workflow_states: { because: 'one for each release and environment' },
  apps: { because: 'one for each app' },
  environments: { because: 'one for each environment, previews by their reused names' },
  mutes: { because: 'one for each person and app' },
  host_waits: { because: 'gone when the wait ends, and a day after it was last said' },
  release_notes: { because: 'one for each release, read as long as it is' },
  leader: { because: 'one row' },
  link_key: { because: 'one row' },
  installation: { because: 'one row' },
  installation_id: { because: 'one row' },
}

describe.each(testDatabases())('what retention reaches on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
    await storeReleases()
  })
  afterAll(() => open.close())

  /** One that goes on, one that runs in production, and one that ran there long before. */
  async function storeReleases(): Promise<void> {
    for (const id of [goingOn, current, over])
      await createRelease(open.db, aCut(id, { commit: commitOf(id), detail: emptyDetail }))
    for (const [index, id] of [over, current].entries()) {
      const deployment = deploymentId(index + 1)
      const of = { releaseId: id, candidate: 1, commit: commitOf(id), artifactDigest: digestOf(id) }
      await change(open.db, {
        newDeployments: [aDeployment(deployment, 'production', of)],
        moves: (['queued', 'running', 'accepted'] as const).map((to) => aMove(deployment, to)),
        environment: anEnvironment('production', { currentDeployment: deployment, seq: index + 2 }),
      })
      await sql`update releases set state = 'released' where id = ${id}`.execute(open.db)
    }
    await sql`delete from slack_messages`.execute(open.db)
  }

  test('every table has a retention or a reason to have none', async () => {
    const { rows } = await sql<{ name: string }>`
      select table_name as name from information_schema.tables
      where table_schema = 'public' and table_name not like 'slipway_migration%' `.execute(open.db)

    expect(rows.map(({ name }) => name).toSorted()).toEqual(Object.keys(bounds).toSorted())
    const kinds = Object.values(bounds).filter((bound) => typeof bound === 'string')
    expect(kinds.toSorted()).toEqual([...databaseKinds].toSorted())
  })

  test('[S1.13] buttons of what goes on, runs or may be gone back to stay, and those that are still drawn', async () => {
    const target = (given: Record<string, string>) => ({ verb: 'status', app: shop, ...given })
    const buttons = {
      open: target({ releaseId: goingOn }),
      current: target({ releaseId: current }),
      deployed: target({ deploymentId: deploymentId(2) }),
      drawn: target({ environment: 'one' }),
      over: target({ releaseId: over }),
      left: target({ deploymentId: deploymentId(1) }),
      place: target({ environment: 'two' }),
    }
    const stored = Object.entries(buttons).map(([id, one]) => ({ id, target: one }))
    await ensureButtons(open.db, stored)
    await sql`update buttons set created_at = ${OLD}`.execute(open.db)
    await ensureButtons(open.db, [{ id: 'drawn', target: buttons.drawn }])
    await ensureButtons(open.db, [{ id: 'young', target: target({ releaseId: over }) }])

    expect(await prune(open.db, 'buttons', 180)).toBe(3)
    const left = await open.db.selectFrom('buttons').select('id').orderBy('id').execute()
    expect(left.map(({ id }) => id)).toEqual(['current', 'deployed', 'drawn', 'open', 'young'])
    expect(await findButton(open.db, 'over')).toBeNull()
  })

  test('[S1.13] cards, places, lines of what goes on and what was not shown stay; the other messages go', async () => {
    const messages = [
      ['card/over', { release: over, stays: true }],
      ['env/shop/one', { stays: true }],
      ['thread/1', { release: goingOn, audit: 1, stays: true }],
      ['thread/2', { release: current, audit: 2, stays: true }],
      ['thread/3', { release: over, audit: 3 }],
      ['thread/4', { release: over, audit: 4, ts: null, stays: true }],
      ['thread/5', { release: over, audit: 5, ts: null, detached: 'is_archived' }],
      ['digest/C1/2025-01-01', {}],
      ['person/7', {}],
      ['person/8', { ts: null, stays: true }],
      ['digest/C1/stale', { stale: 2, stays: true }],
      // A line of the trail is looked at until 5,000 newer ones are there.
      ['note/-9000', {}],
      ['note/1', { stays: true }],
      // It shows nothing: it says that the authors were told.
      ['author/-9000', { ts: null, stale: 0 }],
      ['author/1', { ts: null, stale: 0, stays: true }],
      ['author/arrived/shop/staging/c0ffee/U1', {}],
      ['refused/1/U1', {}],
      [`planned/${goingOn}/2025-01-02/late`, { stays: true }],
      [`planned/${over}/2025-01-02/late/owner`, {}],
      ['slow/waits', { stays: true }],
      ['slow/answered', {}],
      ['reminder/shop/broken/2025-01-01/3', { stays: true }],
      ['reminder/shop/gone/2025-01-01/3', {}],
      ['notice/shop/production/1', { stays: true }],
    ] as const satisfies readonly (readonly [string, Message])[]
    for (const [key, message] of messages) await store(key, message)
    await sql`
      insert into slack_messages (key, channel, ts, shown) values ('digest/C1/young', ${channel}, '2.2', 1)`.execute(
      open.db,
    )
    await sql`
      insert into inbox (key, intent, actor, reply, workflow_key) values ('waits', '{}', '{}', '{}', 'w')`.execute(
      open.db,
    )
    await change(open.db, { environment: anEnvironment('broken', { state: 'teardown_failed' }) })

    await prune(open.db, 'messages', 180)

    const left = await open.db.selectFrom('slack_messages').select('key').execute()
    const kept = messages.flatMap(([key, message]) => ('stays' in message ? [key] : []))
    expect(left.map(({ key }) => key).toSorted()).toEqual(['digest/C1/young', ...kept].toSorted())
  })

  test('[S1.13] what GitHub was told of deployments that run, and what it was not told yet, stays', async () => {
    await report('deployment/current', 'deployment', { subject: deploymentId(2) })
    await report('deployment/over', 'deployment', { subject: deploymentId(1) })
    await report('status/over', 'status', { subject: deploymentId(1), shown: 0 })
    await report('release/open', 'release', { subject: goingOn })
    await report('release/over', 'release', { subject: over })
    await report('release/refused', 'release', { subject: over, shown: 0, gaveUp: '404' })
    await report('build/over', 'build', { subject: 'bld_1' })

    expect(await prune(open.db, 'reports', 180)).toBe(4)
    const left = await open.db.selectFrom('github_reports').select('key').orderBy('key').execute()
    expect(left.map(({ key }) => key)).toEqual(['deployment/current', 'release/open', 'status/over'])
  })

  test('[S1.13] an artifact goes when nothing runs, waits or may go back to it; who asks for its build has it made again', async () => {
    const key = { app: shop, definition: 'd', host: 'h', at: OLD }
    const builds = [goingOn, current, over, alone, held, young]
    for (const of of builds) {
      const claim = await claimBuild(open.db, { ...key, commit: commitOf(of), claimant: of })
      if (claim.kind !== 'run') throw new Error('It is built already')
      const end = { state: 'succeeded', digest: digestOf(of), reference: null, tail: '', tests: [] } as const
      const at = of === young ? new Date().toISOString() : OLD
      await finishBuild(open.db, { ...claim, ...end, at })
    }
    await sql`insert into workflow_states (id, run, seq, version, state)
      values ('environment/shop/kept', 1, 1, 1, ${JSON.stringify({ accepted: [digestOf(held)] })}::jsonb)`.execute(
      open.db,
    )
    const digests = builds.map(digestOf)
    const claim = (of: string) => claimBuild(open.db, { ...key, commit: commitOf(of), claimant: 'again' })

    expect(new Set(await needlessArtifacts(open.db, digests, 30))).toEqual(
      new Set([alone, over].map(digestOf)),
    )
    await sql`insert into links (release_id, from_environment, to_environment, deployment_id, actor)
      values (${over}, 'one', 'production', ${deploymentId(1)}, 'U01ALICE')`.execute(open.db)
    expect(await giveUpArtifacts(open.db, digests, 30)).toEqual([digestOf(alone)])
    expect(await claim(alone)).toMatchObject({ kind: 'run', run: 2 })
    expect(await claim(over)).toMatchObject({ kind: 'succeeded', digest: digestOf(over) })
    expect(await claim(held)).toMatchObject({ kind: 'succeeded', digest: digestOf(held) })
  })

  test('[S1.13] an artifact that was asked for a moment ago stays', async () => {
    const digest = digestOf('asked')
    await sql`insert into artifacts (digest) values (${digest})`.execute(open.db)
    expect(await giveUpArtifacts(open.db, [digest], 30)).toEqual([])
    await sql`update artifacts set used_at = ${OLD} where digest = ${digest}`.execute(open.db)
    expect(await giveUpArtifacts(open.db, [digest], 30)).toEqual([digest])
  })

  test('a run that is told to stop leaves the rest to the next', async () => {
    const changes = rowsOf(open.db, 'changes', 30)
    await sql`
      insert into changes (key, at) select 'stop ' || n, ${OLD}::timestamptz from generate_series(1, 1500) n`.execute(
      open.db,
    )
    let batches = 0
    expect((await changes.remove(() => batches++ < 1)).count).toBe(1_000)
    expect((await changes.remove(() => false)).count).toBe(0)
    expect((await changes.remove(() => true)).count).toBe(500)
  })

  interface Message {
    readonly release?: string
    readonly audit?: number
    readonly ts?: string | null
    readonly stale?: number
    readonly detached?: string
    readonly stays?: boolean
  }

  async function store(key: string, message: Message): Promise<void> {
    const { release = null, audit = null, ts = '1.1', stale = 1, detached = null } = message
    await sql`
      insert into slack_messages (key, channel, release_id, audit_id, ts, stale, shown, detached, created_at)
      values (${key}, ${channel}, ${release}, ${audit}, ${ts}, ${stale}, ${ts === null ? 0 : 1}, ${detached}, ${OLD})`.execute(
      open.db,
    )
  }

  async function report(
    key: string,
    of: string,
    { subject, shown = 1, gaveUp = null }: { subject: string; shown?: number; gaveUp?: string | null },
  ): Promise<void> {
    await sql`
      insert into github_reports (key, app, kind, subject, shown, gave_up, created_at)
      values (${key}, ${shop}, ${of}, ${subject}, ${shown}, ${gaveUp}, ${OLD})`.execute(open.db)
  }
})
