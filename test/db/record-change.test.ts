import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRelease } from '../../db/repositories/create-release.js'
import { recordChange } from '../../db/repositories/record-change.js'
import { begunOn } from '../../db/repositories/stage-logs.js'
import { type Change, emptyChange, type ReleaseRecord, type StageRecord } from '../../domain/change.js'
import type { AuditEvent, EventFrame, Said } from '../../domain/events.js'
import type { DeploymentId, ReleaseId } from '../../domain/identifiers.js'
import type { DeploymentNote } from '../../domain/reasons.js'
import { bothDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aCut,
  aDeployment,
  alice,
  aMove,
  aStage,
  at,
  bob,
  change,
  commitOf,
  deploymentId,
  digestOf,
  emptyDetail,
  releaseId,
  shop,
} from '../support/pipeline-rows.js'

function aRecord(id: ReleaseId, given: Partial<ReleaseRecord> = {}): ReleaseRecord {
  return {
    id,
    lifecycle: 'open',
    phase: 'testing',
    title: 'Summer sale',
    description: '',
    plannedAt: null,
    releasedAt: null,
    rolledBack: false,
    detail: emptyDetail,
    seq: 1,
    ...given,
  }
}

const failed: DeploymentNote = { kind: 'failure', failure: { kind: 'fault', message: 'Exit code 1.' } }

function anEvent(given: Partial<EventFrame> & Said = { kind: 'environment.in_sync', facts: {} }): AuditEvent {
  return { at, actor: alice, releaseId: null, deploymentId: null, environment: null, ...given }
}

describe.each(bothDatabases())('recording changes on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  async function cut(id: string): Promise<ReleaseId> {
    await createRelease(open.db, aCut(releaseId(id)))
    return releaseId(id)
  }
  const stateOf = async (id: string) =>
    (
      await open.db
        .selectFrom('deployments')
        .selectAll()
        .where('id', '=', deploymentId(id))
        .executeTakeFirstOrThrow()
    ).state
  const staleOf = async (id: ReleaseId) =>
    (
      await open.db
        .selectFrom('slack_messages')
        .select('stale')
        .where('key', '=', `card/${id}`)
        .executeTakeFirstOrThrow()
    ).stale

  test('the same change again does nothing, not even after newer ones', async () => {
    const id = await cut('SAME')
    const dep = deploymentId('SAME')
    const first: Change = {
      ...emptyChange(shop, 'release/shop/SAME/1'),
      newDeployments: [aDeployment(dep, 'staging', { releaseId: id, candidate: 1, commit: commitOf(id) })],
      moves: [aMove(dep, 'queued')],
      events: [anEvent({ releaseId: id, kind: 'release.abandoned', facts: { name: 'Sale' } })],
    }
    expect(await recordChange(open.db, first)).toEqual({ repeated: false, ignored: [] })
    await change(open.db, { moves: [aMove(dep, 'running'), aMove(dep, 'failed')] })

    const again = await Promise.all([recordChange(open.db, first), recordChange(open.db, first)])

    expect(again).toEqual([
      { repeated: true, ignored: [] },
      { repeated: true, ignored: [] },
    ])
    expect(await stateOf('SAME')).toBe('failed')
    const lines = await open.db
      .selectFrom('audit')
      .select('key')
      .where('key', 'like', 'release/shop/SAME/%')
      .execute()
    expect(lines).toEqual([{ key: 'release/shop/SAME/1/0' }])
  })

  test('an older release never replaces a newer one, and a deleted one stays deleted', async () => {
    const id = await cut('OLDER')
    await change(open.db, { release: aRecord(id, { title: 'Newer', seq: 5 }) })
    await change(open.db, { release: aRecord(id, { title: 'Older', seq: 4 }) })
    await change(open.db, { release: aRecord(id, { lifecycle: 'deleted', title: 'Newest', seq: 6 }) })

    const row = () =>
      open.db.selectFrom('releases').select(['title', 'state', 'seq']).where('id', '=', id).executeTakeFirst()
    expect(await row()).toEqual({ title: 'Newest', state: 'open', seq: 6 })

    await open.db.updateTable('releases').set({ deleted_at: at }).where('id', '=', id).execute()
    await change(open.db, { release: aRecord(id, { seq: 7 }) })
    expect(await row()).toMatchObject({ state: 'deleted', seq: 7 })
  })

  test('the state of a workflow is kept whole, and an older one never replaces a newer one', async () => {
    const id = 'environment/shop/kept'
    const written = async (run: number, seq: number) => {
      const state = { stateVersion: 1, run, seq, says: 'Nul\0 and half \ud83d' }
      await change(open.db, { workflow: { id, state } })
      const columns = ['run', 'seq', 'version', 'state'] as const
      return open.db.selectFrom('workflow_states').select(columns).where('id', '=', id).executeTakeFirst()
    }
    const kept = (run: number, seq: number) => ({
      ...{ run, seq, version: 1 },
      state: { stateVersion: 1, run, seq, says: 'Nul\ufffd and half \ufffd' },
    })
    expect(await written(1, 5)).toEqual(kept(1, 5))
    expect(await written(1, 4)).toEqual(kept(1, 5))
    expect(await written(2, 1)).toEqual(kept(2, 1))
    expect(await written(1, 6)).toEqual(kept(2, 1))
    expect(await written(2, 2)).toEqual(kept(2, 2))
  })

  test('a known candidate changes its state and digest, never its commit', async () => {
    const id = await cut('RC')
    const candidate = { releaseId: id, number: 1, commit: commitOf('other'), picked: [], gained: null }
    await change(open.db, { candidates: [{ ...candidate, state: 'ready', artifactDigest: digestOf('a') }] })

    const row = await open.db
      .selectFrom('candidates')
      .selectAll()
      .where('release_id', '=', id)
      .executeTakeFirst()
    expect(row).toMatchObject({ state: 'ready', artifact_digest: digestOf('a'), commit: commitOf(id) })
    await expect(
      change(open.db, { candidates: [{ ...candidate, state: 'ready', artifactDigest: null }] }),
    ).rejects.toThrow('candidates_ready_has_artifact')
  })

  test('deployments of many changes at once get numbers without gap or double', async () => {
    const before = await open.db.selectFrom('deployments').select('id').execute()
    await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        change(open.db, { newDeployments: [aDeployment(deploymentId(`NR${index}`), 'integration')] }),
      ),
    )

    const rows = await open.db.selectFrom('deployments').select('number').orderBy('number').execute()
    expect(rows.map(({ number }) => number)).toEqual(rows.map((_, index) => index + 1))
    expect(rows).toHaveLength(before.length + 12)
  })

  test('a move that the state does not allow changes nothing and is handed back', async () => {
    await change(open.db, { newDeployments: [aDeployment(deploymentId('MOVE'), 'staging')] })
    const accept = aMove(deploymentId('MOVE'), 'accepted')
    const gone = aMove(deploymentId('NOWHERE'), 'queued')

    const { ignored } = await change(open.db, { moves: [accept, gone] })

    expect(ignored).toEqual([
      { move: accept, state: 'prepared' },
      { move: gone, state: null },
    ])
    expect(await stateOf('MOVE')).toBe('prepared')
  })

  test('a decision that a newer deployment raced stands, and is not said to be superseded afterwards', async () => {
    const ids = [deploymentId('RACED1'), deploymentId('RACED2')] as const
    await change(open.db, { newDeployments: ids.map((id) => aDeployment(id, 'staging')) })
    for (const id of ids) {
      const ready = ['queued', 'running', 'awaiting_acceptance'] as const
      await change(open.db, { moves: ready.map((to) => aMove(id, to)) })
    }
    const superseding = (id: DeploymentId): Parameters<typeof change>[1] => {
      const subject = { name: 'rc.1', commit: commitOf('trunk'), requester: alice }
      const facts = { ...subject, why: 'replaced', by: 'rc.2' } as const
      const line = { ...anEvent({ kind: 'deployment.superseded', facts }), deploymentId: id }
      return { moves: [aMove(id, 'superseded')], events: [line] }
    }
    const rejecting = (id: DeploymentId) => ({ moves: [aMove(id, 'rejected', { by: bob })] })

    await change(open.db, superseding(ids[0]))
    await change(open.db, rejecting(ids[0]))
    await change(open.db, rejecting(ids[1]))
    await change(open.db, superseding(ids[1]))

    const rows = await open.db
      .selectFrom('deployments')
      .select(['state', 'decided_by'])
      .where('id', 'in', ids)
      .execute()
    expect(rows).toEqual([
      { state: 'rejected', decided_by: bob },
      { state: 'rejected', decided_by: bob },
    ])
    const lines = await open.db
      .selectFrom('audit')
      .select('deployment_id')
      .where('kind', '=', 'deployment.superseded')
      .where('deployment_id', 'in', ids)
      .execute()
    expect(lines).toEqual([{ deployment_id: ids[0] }])
  })

  test('moves stamp who and when; a failure keeps its stage until the next attempt', async () => {
    const id = deploymentId('STAMP')
    await change(open.db, { newDeployments: [aDeployment(id, 'staging')] })
    const row = () =>
      open.db.selectFrom('deployments').selectAll().where('id', '=', id).executeTakeFirstOrThrow()
    await change(open.db, { moves: [aMove(id, 'queued'), aMove(id, 'running', { attempt: 1 })] })
    await change(open.db, { moves: [aMove(id, 'failed', { failedStage: 'patch', note: failed })] })
    expect(await row()).toMatchObject({ attempt: 1, failed_stage: 'patch', note: failed })

    await change(open.db, { moves: [aMove(id, 'queued'), aMove(id, 'running', { attempt: 2 })] })
    expect(await row()).toMatchObject({ attempt: 2, failed_stage: null, note: null, finished_at: null })

    await change(open.db, { moves: [aMove(id, 'awaiting_acceptance'), aMove(id, 'accepted', { by: bob })] })
    expect(await row()).toMatchObject({ state: 'accepted', decided_by: bob, decided_at: new Date(at) })
  })

  test('approvals count once per person, and a finished stage never runs again', async () => {
    const id = deploymentId('PARTS')
    await change(open.db, { newDeployments: [aDeployment(id, 'staging')] })
    const approval = { deploymentId: id, user: bob, at, comment: 'fine', counts: true, order: null }
    const stage: StageRecord = {
      ...aStage(id),
      verdict: 'passed',
      exitCode: 0,
      tail: 'half a character \ud83d and nothing \0',
      finishedAt: at,
    }
    await change(open.db, { approvals: [approval, { ...approval, comment: 'again' }], stages: [stage] })
    await change(open.db, { stages: [{ ...stage, verdict: null, exitCode: null, finishedAt: null }] })

    await change(open.db, { stages: [{ ...stage, host: 'another' }] })
    expect(await begunOn(open.db, stage.key)).toBe('h')
    expect(await begunOn(open.db, 'of nothing')).toBeNull()

    const approvals = await open.db
      .selectFrom('approvals')
      .selectAll()
      .where('deployment_id', '=', id)
      .execute()
    expect(approvals).toMatchObject([{ user_id: bob, comment: 'fine' }])
    const stages = await open.db
      .selectFrom('stage_runs')
      .selectAll()
      .where('deployment_id', '=', id)
      .execute()
    expect(stages).toMatchObject([{ verdict: 'passed', tail: 'half a character \ufffd and nothing \ufffd' }])
  })

  test('either all of a change is recorded or nothing', async () => {
    const id = await cut('WHOLE')
    const stale = await staleOf(id)
    const missing = aDeployment(deploymentId('WHOLE'), 'staging', { releaseId: releaseId('MISSING') })

    await expect(
      change(open.db, { release: aRecord(id, { title: 'Never' }), newDeployments: [missing] }),
    ).rejects.toThrow('foreign key')

    const row = await open.db.selectFrom('releases').select('title').where('id', '=', id).executeTakeFirst()
    expect(row?.title).toBe('Summer sale')
    expect(await staleOf(id)).toBe(stale)
  })
})
