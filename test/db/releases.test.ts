import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWorkflowState } from '../../db/queries/workflow-states.js'
import { createDraft, createRelease, cutDraft } from '../../db/repositories/create-release.js'
import { deleteRelease } from '../../db/repositories/delete-release.js'
import { emptyChange } from '../../domain/change.js'
import { type AppName, parseVersion } from '../../domain/identifiers.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aCut,
  aDeployment,
  aMove,
  at,
  begin,
  bob,
  change,
  commitOf,
  deploymentId,
  releaseId,
  saveShop,
  startRecorded,
} from '../support/pipeline-rows.js'

describe.each(testDatabases())('releases on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  async function anApp(name: string): Promise<AppName> {
    const app = name as AppName
    await saveShop(open.db, app)
    return app
  }

  test('cuts at the same moment get consecutive versions, and the same id the same one', async () => {
    const app = await anApp('calendar')
    const ids = Array.from({ length: 12 }, (_, index) => releaseId(`C${index}`))

    const first = await Promise.all(ids.map((id) => createRelease(open.db, aCut(id, { app }))))
    const again = await Promise.all(ids.map((id) => createRelease(open.db, aCut(id, { app }))))

    const versions = first.map((created) => (created.kind === 'created' ? created.version : ''))
    expect(versions.toSorted((one, other) => Number(one.slice(8)) - Number(other.slice(8)))).toEqual(
      ids.map((_, index) => `2026.11.${index + 1}`),
    )
    expect(again).toEqual(first)
  })

  test('a release is there with its first change, or not at all', async () => {
    const app = await anApp('whole')
    const [id, other] = [releaseId('W1'), releaseId('W2')]
    const workflow = { id: `release/${app}/${id}`, state: { stateVersion: 1, run: 1, seq: 1 } }
    const first = () => ({ ...emptyChange(app, `${workflow.id}/1/1`), workflow })
    const lost = createRelease(open.db, aCut(other, { app }), () => {
      throw new Error('the worker was killed')
    })

    await expect(lost).rejects.toThrow('killed')
    expect(await createRelease(open.db, aCut(id, { app }), first)).toEqual({
      kind: 'created',
      version: '2026.11.1',
    })
    expect(await readWorkflowState(open.db, workflow.id)).toEqual(workflow.state)
    const rows = await open.db.selectFrom('releases').select('id').where('app', '=', app).execute()
    expect(rows).toEqual([{ id }])
  })

  test("a month's versions begin with 1 in the app's time zone, and a deleted one's is never used again", async () => {
    const app = await anApp('months')
    const cut = (id: string, given = {}) => createRelease(open.db, aCut(releaseId(id), { app, ...given }))
    await cut('M1')
    await deleteRelease(open.db, { id: releaseId('M1'), by: bob, at, key: 'delete/M1' })

    expect(await cut('M2')).toEqual({ kind: 'created', version: '2026.11.2' })
    const december = { at: '2026-11-30T23:30:00Z', timezone: 'Europe/Berlin' }
    expect(await cut('M3', december)).toEqual({ kind: 'created', version: '2026.12.1' })
    expect(await cut('M4')).toEqual({ kind: 'created', version: '2026.11.3' })
  })

  test('semantic versions follow the highest ever used, an asked one counts, a taken one is refused', async () => {
    const app = await anApp('semver')
    const cut = (id: string, given = {}) =>
      createRelease(open.db, aCut(releaseId(id), { app, versioning: 'semver', ...given }))

    expect(await cut('S1')).toEqual({ kind: 'created', version: '0.1.0' })
    expect(await cut('S2', { type: 'hotfix' })).toEqual({ kind: 'created', version: '0.1.1' })
    expect(await cut('S3', { version: parseVersion('2.10.0') })).toEqual({
      kind: 'created',
      version: '2.10.0',
    })
    expect(await cut('S4', { version: parseVersion('2.9.0') })).toEqual({ kind: 'created', version: '2.9.0' })
    expect(await cut('S5')).toEqual({ kind: 'created', version: '2.11.0' })
    expect(await cut('S6', { version: parseVersion('2.10.0') })).toEqual({
      kind: 'refused',
      refusal: { code: 'version-taken', version: '2.10.0' },
    })
  })

  test('a version typed at the end of the range is refused, and the next ones are allotted', async () => {
    const app = await anApp('range')
    const cut = (id: string, given = {}) => createRelease(open.db, aCut(releaseId(id), { app, ...given }))
    await cut('V1')

    expect(await cut('V2', { version: parseVersion('2026.11.999999') })).toEqual({
      kind: 'refused',
      refusal: { code: 'version-too-far', version: '2026.11.999999', highest: '2026.11.1' },
    })
    expect(await cut('V3')).toEqual({ kind: 'created', version: '2026.11.2' })
  })

  test('a draft has no version until it is cut, once', async () => {
    const app = await anApp('drafts')
    const { version: _, ...plan } = aCut(releaseId('D1'), { app })
    await createDraft(open.db, { ...plan, plannedAt: '2026-12-01T00:00:00Z' })
    await createDraft(open.db, { ...plan, plannedAt: null })
    const order = { ...aCut(releaseId('D1'), { app }), by: bob }

    expect(await cutDraft(open.db, order)).toEqual({ kind: 'created', version: '2026.11.1' })
    expect(await cutDraft(open.db, order)).toEqual({ kind: 'created', version: '2026.11.1' })
    expect(await cutDraft(open.db, { ...order, id: releaseId('D2') })).toEqual({
      kind: 'not-a-draft',
      state: null,
    })
    const candidates = await open.db.selectFrom('candidates').selectAll().execute()
    expect(candidates.filter(({ release_id }) => release_id === releaseId('D1'))).toHaveLength(1)
  })

  async function deployed(id: string, environment: string) {
    const release = releaseId(id)
    await createRelease(open.db, aCut(release))
    const order = { releaseId: release, candidate: 1, commit: commitOf(release) }
    const deployment = deploymentId(id)
    await change(open.db, { newDeployments: [aDeployment(deployment, environment, order)] })
    return { release, deployment }
  }

  test('the first stage links once, from where the candidate was accepted; a start alone links nothing', async () => {
    const { release, deployment } = await deployed('L1', 'production')
    const below = aDeployment(deploymentId('L2'), 'integration', {
      releaseId: release,
      candidate: 1,
      commit: commitOf(release),
    })
    await change(open.db, { newDeployments: [below], moves: [aMove(below.id, 'running')] })
    await change(open.db, { moves: [aMove(below.id, 'accepted')] })
    const links = () => open.db.selectFrom('links').selectAll().where('release_id', '=', release).execute()

    const first = await startRecorded(open.db, { id: deployment, attempt: 1, at })
    expect(first).toMatchObject({ kind: 'started' })
    expect(await startRecorded(open.db, { id: deployment, attempt: 1, at })).toEqual(first)
    expect(await links()).toEqual([])
    await begin(open.db, deployment)
    await change(open.db, { moves: [aMove(deployment, 'failed'), aMove(deployment, 'queued')] })
    await begin(open.db, deployment, 2)

    expect(await links()).toMatchObject([{ from_environment: 'integration', to_environment: 'production' }])
    const lines = await open.db
      .selectFrom('audit')
      .select('facts')
      .where('kind', '=', 'release.linked')
      .execute()
    expect(lines).toEqual([{ facts: { from: 'integration', to: 'production' } }])
    await change(open.db, { moves: [aMove(deployment, 'aborted')] })
  })

  test('[R.3] a stage that nobody ended, for its workflow was ended from outside, ends with the next deployment there', async () => {
    const left = await deployed('LEFT1', 'staging')
    await begin(open.db, left.deployment)
    await change(open.db, { moves: [aMove(left.deployment, 'failed')] })
    const elsewhere = await deployed('LEFT2', 'integration')
    await startRecorded(open.db, { id: elsewhere.deployment, attempt: 1, at })
    const stages = () =>
      open.db
        .selectFrom('stage_runs')
        .select(['verdict', 'tail'])
        .where('deployment_id', '=', left.deployment)
        .execute()

    expect(await stages()).toEqual([{ verdict: null, tail: '' }])
    const next = await deployed('LEFT3', 'staging')
    await startRecorded(open.db, { id: next.deployment, attempt: 1, at })
    expect(await stages()).toEqual([{ verdict: 'failed', tail: '[slipway: nobody heard how it ended]\n' }])
    for (const { deployment } of [elsewhere, next])
      await change(open.db, { moves: [aMove(deployment, 'aborted')] })
  })

  test('what is not prepared or queued does not start', async () => {
    const { deployment } = await deployed('N1', 'staging')
    await change(open.db, { moves: [aMove(deployment, 'superseded')] })
    const order = { attempt: 1, at }

    expect(await startRecorded(open.db, { ...order, id: deployment })).toEqual({
      kind: 'not-queued',
      state: 'superseded',
    })
    expect(await startRecorded(open.db, { ...order, id: deploymentId('NONE') })).toEqual({
      kind: 'not-queued',
      state: null,
    })
  })

  test('a release on its way or linked is not deleted; an unlinked one is, once, and then never starts', async () => {
    const { release, deployment } = await deployed('X1', 'staging')
    const order = { id: release, by: bob, at, key: 'delete/X1' }
    expect(await deleteRelease(open.db, order)).toEqual({
      kind: 'refused',
      refusal: { code: 'still-deploying', environment: 'staging', state: 'prepared' },
    })
    await begin(open.db, deployment)
    expect(await deleteRelease(open.db, order)).toEqual({
      kind: 'refused',
      refusal: { code: 'linked', environments: ['staging'] },
    })
    await change(open.db, { moves: [aMove(deployment, 'aborted')] })

    const free = await deployed('X2', 'staging')
    await change(open.db, { moves: [aMove(free.deployment, 'aborted')] })
    const deletion = { ...order, id: free.release, key: 'delete/X2' }
    expect(await deleteRelease(open.db, deletion)).toEqual({ kind: 'deleted' })
    expect(await deleteRelease(open.db, deletion)).toEqual({ kind: 'deleted' })
    const start = { id: free.deployment, attempt: 1, at }
    expect(await startRecorded(open.db, start)).toEqual({ kind: 'release-deleted' })
  })

  test('delete and start of the same release at once: one of them happens, never both', async () => {
    for (let round = 0; round < 15; round++) {
      const { release, deployment } = await deployed(`R${round}`, 'staging')
      const start = { id: deployment, attempt: 1, at }
      await change(open.db, { moves: [aMove(deployment, 'queued')] })

      const [deletion, started] = await Promise.all([
        deleteRelease(open.db, { id: release, by: bob, at, key: `delete/R${round}` }),
        startRecorded(open.db, start),
      ])

      expect(deletion.kind === 'deleted').toBe(started.kind !== 'started')
      await change(open.db, { moves: [aMove(deployment, 'aborted')] })
    }
  })
})
