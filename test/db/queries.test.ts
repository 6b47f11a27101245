import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { auditOf, auditOfRelease } from '../../db/queries/audit.js'
import { readDeployment } from '../../db/queries/deployments.js'
import { readEnvironments } from '../../db/queries/environments.js'
import { findCandidate } from '../../db/queries/find-candidate.js'
import { findReleaseByVersion, findReleases, openReleases, readRelease } from '../../db/queries/releases.js'
import { waitingDeployments } from '../../db/queries/waiting.js'
import { saveApps } from '../../db/repositories/apps.js'
import { claimBuild, finishBuild } from '../../db/repositories/builds.js'
import { createDraft, createRelease } from '../../db/repositories/create-release.js'
import { deleteRelease } from '../../db/repositories/delete-release.js'
import { saveEnvironments } from '../../db/repositories/save-environments.js'
import { type AppName, parseVersion, type Version } from '../../domain/identifiers.js'
import { anApp as definition } from '../support/app-definition.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aCut,
  aDeployment,
  alice,
  aMove,
  anEnvironment,
  aStage,
  at,
  begin,
  bob,
  change,
  channel,
  commitOf,
  deploymentId,
  environmentName,
  givenApproval,
  releaseId,
  saveShop,
  shop,
} from '../support/pipeline-rows.js'

describe.each(testDatabases())('what people are shown, on $kind PostgreSQL', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  async function anApp(name: string): Promise<AppName> {
    await saveShop(open.db, name as AppName)
    return name as AppName
  }

  test('a release with its candidates, links, deployments and environments', async () => {
    const id = releaseId('VIEW')
    await createRelease(open.db, aCut(id))
    const build = { app: shop, commit: commitOf(id), definition: 'd', claimant: 'me', host: 'h', at }
    const { id: buildId } = await claimBuild(open.db, build)
    const failed = {
      id: buildId,
      run: 1,
      at,
      state: 'failed',
      digest: null,
      reference: null,
      tests: [],
    } as const
    await finishBuild(open.db, { ...failed, tail: 'error: no' })
    for (const name of ['integration', 'staging', 'production']) {
      await change(open.db, { environment: anEnvironment(name) })
    }
    const preview = anEnvironment('pr-17', { position: 9 })
    await change(open.db, { environment: { ...preview, detail: { ...preview.detail, preview: true } } })
    const deployment = deploymentId('VIEW')
    const given = { releaseId: id, candidate: 1, commit: commitOf(id), needs: 2, approvers: ['qa'] }
    await change(open.db, {
      newDeployments: [aDeployment(deployment, 'staging', given)],
      approvals: [
        await givenApproval(open.db, { deployment, user: bob }),
        await givenApproval(open.db, { deployment, user: alice }),
      ],
    })
    expect(await readRelease(open.db, id)).toMatchObject({ deletable: false, blockedBy: [] })
    await begin(open.db, deployment)
    await change(open.db, {
      stages: [{ ...aStage(deployment), verdict: 'passed', exitCode: 0, tail: 'ok', finishedAt: at }],
      moves: [aMove(deployment, 'awaiting_acceptance')],
      environment: anEnvironment('staging', { currentDeployment: deployment, seq: 2 }),
    })

    const view = await readRelease(open.db, id)

    expect(view).toMatchObject({
      version: '2026.11.1',
      state: 'open',
      phase: 'building',
      channel,
      requestedBy: alice,
      cutAt: at,
      deletable: false,
      blockedBy: ['staging'],
      candidates: [{ name: '2026.11.1-rc.1', commit: commitOf(id), buildTail: 'error: no' }],
      links: [{ from: 'integration', to: 'staging', at, by: alice }],
      deployments: [
        {
          id: deployment,
          number: 1,
          state: 'awaiting_acceptance',
          version: '2026.11.1',
          candidate: '2026.11.1-rc.1',
          needs: 2,
          approvals: [
            { user: bob, at, comment: null },
            { user: alice, at, comment: null },
          ],
          stages: [{ stage: 'patch', verdict: 'passed', tail: 'ok', finishedAt: at }],
        },
      ],
    })
    expect(view?.environments.map(({ name }) => name)).toEqual(['integration', 'staging', 'production'])
    expect(view?.environments[1]?.current).toEqual(view?.deployments[0])
    expect(await readDeployment(open.db, deployment)).toEqual(view?.deployments[0])
    expect(await findReleaseByVersion(open.db, shop, view?.version as Version)).toEqual(view)
    expect((await readEnvironments(open.db, shop)).map(({ name }) => name)).toContain('pr-17')
    expect(await waitingDeployments(open.db, [shop])).toMatchObject([
      { app: 'shop', deployment: { id: deployment }, release: { id, version: '2026.11.1', channel } },
    ])
    expect((await auditOfRelease(open.db, id)).map((event) => event.kind)).toEqual([
      'release.cut',
      'release.linked',
    ])
    const page = await auditOf(open.db, shop, { limit: 1 })
    expect(page.map((event) => event.kind)).toEqual(['release.linked'])
    const older = await auditOf(open.db, shop, { limit: 5, before: page[0]?.id })
    expect(older.map((event) => event.kind)).toEqual(['release.cut'])
    const place = { environment: environmentName('production'), limit: 5 }
    expect(await auditOf(open.db, shop, place)).toEqual([])
    expect(await readRelease(open.db, releaseId('NONE'))).toBeNull()
  })

  test('lists are newest first, without deleted ones unless asked for', async () => {
    const app = await anApp('lists')
    for (const number of [1, 2, 3]) {
      const cutAt = `2026-11-0${number}T00:00:00.000Z`
      await createRelease(open.db, aCut(releaseId(`LIST${number}`), { app, at: cutAt }))
    }
    await deleteRelease(open.db, { id: releaseId('LIST2'), by: bob, at, key: 'delete/LIST2' })
    const list = async (state?: 'deleted' | 'open', offset = 0) =>
      (await findReleases(open.db, [app], { state, limit: 2, offset })).map(({ version }) => version)

    expect(await list()).toEqual(['2026.11.3', '2026.11.1'])
    expect(await list('open', 1)).toEqual(['2026.11.1'])
    expect(await list('deleted')).toEqual(['2026.11.2'])
    expect((await openReleases(open.db, app)).map(({ version }) => version)).toEqual([
      '2026.11.3',
      '2026.11.1',
    ])
  })

  test('names of releases and candidates', async () => {
    const app = await anApp('names')
    const cut = async (id: string, version: string, cutAt: string) =>
      createRelease(open.db, aCut(releaseId(id), { app, version: parseVersion(version), at: cutAt }))
    await cut('NAME1', '1.0.0', '2026-11-01T00:00:00Z')
    await cut('NAME2', '1.1.0', '2026-11-02T00:00:00Z')
    const { version: _, ...plan } = aCut(releaseId('NAME3'), { app, title: 'Winter sale' })
    await createDraft(open.db, { ...plan, plannedAt: null })
    const second = {
      releaseId: releaseId('NAME2'),
      number: 2,
      commit: commitOf('pick'),
      picked: [],
      gained: null,
    }
    await change(open.db, { candidates: [{ ...second, state: 'building', artifactDigest: null }] })
    const find = (text: string) => findCandidate(open.db, app, text)
    const found = (id: string, version: string | null, candidate: number | null) => ({
      kind: 'found',
      releaseId: releaseId(id),
      version,
      candidate,
    })

    expect(await find('1.0.0-rc.1')).toEqual(found('NAME1', '1.0.0', 1))
    expect(await find('v1.0.0')).toEqual(found('NAME1', '1.0.0', null))
    expect(await find('RC2')).toEqual(found('NAME2', '1.1.0', 2))
    expect(await find('rc.1')).toEqual({ kind: 'ambiguous', names: ['1.1.0-rc.1', '1.0.0-rc.1'] })
    expect(await find('latest')).toEqual(found('NAME2', '1.1.0', 2))
    expect(await find('winter SALE')).toEqual(found('NAME3', null, null))
    expect(await find(releaseId('NAME1'))).toEqual(found('NAME1', '1.0.0', null))
    expect(await find('1.0.0-rc.7')).toMatchObject({ kind: 'unknown' })
    expect(await find('1.1.0-rc.3')).toMatchObject({ nearest: expect.arrayContaining(['1.1.0-rc.2']) })
    expect(await find("'; drop table releases; --")).toEqual({ kind: 'unknown', nearest: [] })
  })

  test('every configured environment is known before its workflow has written anything', async () => {
    const configured = { ...definition(), name: 'configured' as AppName }
    await saveApps(open.db, [configured], at)
    await change(open.db, { app: configured.name, environment: anEnvironment('staging', { seq: 3 }) })

    await saveEnvironments(open.db, [configured])
    await saveEnvironments(open.db, [configured])

    const shown = await readEnvironments(open.db, configured.name)
    expect(shown.map(({ name, state, position }) => [name, state, position])).toEqual([
      ['integration', 'absent', 0],
      ['staging', 'ready', 1],
      ['production', 'absent', 2],
    ])
    // One that was never used follows the configuration; one that was is its workflow's to retire.
    const [integration, , production] = configured.environments
    const first = {
      ...configured,
      environments: [production, integration].filter((one) => one !== undefined),
    }
    await saveEnvironments(open.db, [first])
    expect((await readEnvironments(open.db, configured.name)).map(({ name }) => name)).toEqual([
      'production',
      'integration',
      'staging',
    ])
    await saveEnvironments(open.db, [{ ...configured, environments: [] }])
    expect((await readEnvironments(open.db, configured.name)).map(({ name }) => name)).toEqual(['staging'])
    const written = anEnvironment('integration', { seq: 1, state: 'deploying' })
    await change(open.db, { app: configured.name, environment: written })
    expect((await readEnvironments(open.db, configured.name))[0]).toMatchObject({ state: 'deploying' })
  })

  test('where Roll back goes is what the environment recorded', async () => {
    const app = await anApp('rollbacks')
    const id = deploymentId('BACK1')
    await change(open.db, { app, newDeployments: [aDeployment(id, 'production')] })
    const { detail } = anEnvironment('production')
    const environment = anEnvironment('production', { seq: 1, detail: { ...detail, rollbackTo: id } })
    await change(open.db, { app, environment })

    expect((await readEnvironments(open.db, app))[0]?.rollbackTo?.id).toBe(id)
  })

  test('a lock that has ended is not read any more', async () => {
    const app = await anApp('ended')
    const lock = { owner: alice, reason: 'demo', since: at, until: at }
    await change(open.db, { app, environment: anEnvironment('staging', { seq: 1, lock }) })
    await change(open.db, {
      app,
      environment: anEnvironment('production', { seq: 1, lock: { ...lock, until: null } }),
    })

    const locks = (await readEnvironments(open.db, app)).map((one) => [one.name, one.lock !== null])
    expect(Object.fromEntries(locks)).toEqual({ staging: false, production: true })
  })
})
