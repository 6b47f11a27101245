import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRelease } from '../../db/repositories/create-release.js'
import { deleteRelease } from '../../db/repositories/delete-release.js'
import { testDatabases, testServers } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import {
  aCut,
  aDeployment,
  aMove,
  anEnvironment,
  at,
  begin,
  bob,
  change,
  commitOf,
  deploymentId,
  digestOf,
  environmentName,
  releaseId,
} from '../support/pipeline-rows.js'

describe.each(testDatabases())('the rules in $kind PostgreSQL itself', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  const run = (statement: string) => sql.raw(statement).execute(open.db)
  let next = 0
  /** A cut release with a prepared deployment to staging. */
  async function prepared() {
    const number = ++next
    const release = releaseId(number)
    const deployment = deploymentId(number)
    await createRelease(open.db, aCut(release))
    const order = { releaseId: release, candidate: 1, commit: commitOf(release) }
    await change(open.db, { newDeployments: [aDeployment(deployment, 'staging', order)] })
    return { release, deployment }
  }
  async function linked() {
    const { release, deployment } = await prepared()
    await begin(open.db, deployment)
    await change(open.db, { moves: [aMove(deployment, 'failed', { failedStage: 'patch' })] })
    return { release, deployment }
  }

  test('[S1.10] a direct DELETE of a release fails, linked or not', async () => {
    const { release } = await linked()
    await createRelease(open.db, aCut(releaseId('ALONE')))

    await expect(run(`delete from releases where id = '${release}'`)).rejects.toThrow('never removed')
    await expect(run(`delete from releases where id = '${releaseId('ALONE')}'`)).rejects.toThrow(
      'never removed',
    )
    await expect(run('truncate releases cascade')).rejects.toThrow('never')
  })

  test('[S1.10] a direct UPDATE that deletes a linked release fails and names the environment', async () => {
    const { release } = await linked()

    await expect(run(`update releases set deleted_at = now() where id = '${release}'`)).rejects.toThrow(
      'cannot be deleted: it is linked to staging',
    )
  })

  test('[S1.10] a direct UPDATE that deletes a release on its way fails and names where to', async () => {
    const { release } = await prepared()

    await expect(run(`update releases set deleted_at = now() where id = '${release}'`)).rejects.toThrow(
      'it is being deployed to staging (prepared)',
    )
  })

  test('[S1.10] a link is never changed, removed, or made to a deleted release', async () => {
    const { release, deployment } = await linked()
    const gone = releaseId('GONE')
    await createRelease(open.db, aCut(gone))
    await deleteRelease(open.db, { id: gone, by: bob, at, key: 'gone' })

    await expect(run(`delete from links where release_id = '${release}'`)).rejects.toThrow('is history')
    await expect(run(`update links set actor = 'U01EVE'`)).rejects.toThrow('is history')
    await expect(run('truncate links')).rejects.toThrow('is history')
    await expect(
      run(`insert into links (release_id, from_environment, to_environment, deployment_id, actor)
        values ('${gone}', 'integration', 'staging', '${deployment}', 'U01EVE')`),
    ).rejects.toThrow('is deleted and cannot be linked')
    await expect(
      run(`update releases set deleted_at = null, state = 'open' where id = '${gone}'`),
    ).rejects.toThrow('stays deleted')
  })

  test('[S1.5] a second link of a release between the same environments is impossible', async () => {
    const { release, deployment } = await linked()

    await expect(
      run(`insert into links (release_id, from_environment, to_environment, deployment_id, actor)
        values ('${release}', 'integration', 'staging', '${deployment}', 'U01EVE')`),
    ).rejects.toThrow('links_once')
  })

  test('[X.5] no line of the audit trail is changed or removed', async () => {
    await linked()

    await expect(run(`update audit set actor = 'U01EVE'`)).rejects.toThrow('only grows')
    await expect(run('delete from audit')).rejects.toThrow('only grows')
    await expect(run('truncate audit')).rejects.toThrow('only grows')
    await expect(run('delete from audit where false')).rejects.toThrow('only grows')
  })

  test('a version, a picked commit, and what was prepared never change', async () => {
    const { release, deployment } = await prepared()
    const other = commitOf('other')

    await expect(run(`update releases set version = '9.9.9' where id = '${release}'`)).rejects.toThrow(
      'for ever',
    )
    await expect(
      run(`update candidates set commit = '${other}' where release_id = '${release}'`),
    ).rejects.toThrow('for ever')
    await expect(
      run(`update deployments set commit = '${other}' where id = '${deployment}'`),
    ).rejects.toThrow('deploys what was prepared')
    await expect(
      run(`update deployments set artifact_digest = '${digestOf('x')}' where id = '${deployment}'`),
    ).rejects.toThrow('deploys what was prepared')
  })

  test('two current or two running deployments of an environment are impossible', async () => {
    const one = await prepared()
    const two = await prepared()
    const elsewhere = deploymentId('ELSEWHERE')
    await change(open.db, { newDeployments: [aDeployment(elsewhere, 'production')] })
    await change(open.db, { environment: anEnvironment('staging') })
    await run(`update deployments set state = 'running' where id = '${one.deployment}'`)

    await expect(
      run(`update deployments set state = 'running' where id = '${two.deployment}'`),
    ).rejects.toThrow('deployments_one_running')
    await expect(
      run(`update environments set current_deployment = '${elsewhere}' where name = 'staging'`),
    ).rejects.toThrow('environments_current_is_its_own')
    await run(`update deployments set state = 'failed' where id = '${one.deployment}'`)
  })
})

describe.each(testServers())('delete racing promote on a $kind', (kind) => {
  let open: ReadyDatabase
  beforeAll(async () => {
    open = await readyDatabase(kind)
  })
  afterAll(() => open.close())

  const outcomes = async () =>
    open.db
      .selectFrom('releases')
      .leftJoin('links', 'links.release_id', 'releases.id')
      .select(['releases.id', 'deleted_at', 'links.id as link'])
      .execute()

  test('[S1.10] of a direct deletion and the first deployment at the same moment exactly one wins', async () => {
    const results: PromiseSettledResult<unknown>[][] = []
    // One pair at a time: all at once, a busy machine is too slow for those that wait for a connection.
    for (let round = 0; round < 40; round++) {
      const release = releaseId(round)
      const deployment = deploymentId(round)
      await createRelease(open.db, aCut(release))
      const order = { releaseId: release, candidate: 1, commit: commitOf(release) }
      // An environment for each round: only one deployment may run in each.
      const to = environmentName(`staging-${round}`)
      await change(open.db, { newDeployments: [aDeployment(deployment, to, order)] })
      // As if it were not on its way, so that only the link stands between it and its deletion.
      await sql`update deployments set state = 'failed' where id = ${deployment}`.execute(open.db)
      const pair = [
        sql`insert into links (release_id, from_environment, to_environment, deployment_id, actor)
          values (${release}, 'integration', ${to}, ${deployment}, 'U01ALICE')`.execute(open.db),
        sql`update releases set deleted_at = now() where id = ${release}`.execute(open.db),
      ]
      results.push(await Promise.allSettled(pair))
    }

    for (const pair of results) {
      expect(pair.filter(({ status }) => status === 'fulfilled')).toHaveLength(1)
    }
    for (const { deleted_at, link } of await outcomes()) expect(deleted_at === null).toBe(link !== null)
  })

  test('[S1.10] a deletion that waits for a promote sees its link', async () => {
    const release = releaseId('WAITS')
    const deployment = deploymentId('WAITS')
    await createRelease(open.db, aCut(release))
    const order = { releaseId: release, candidate: 1, commit: commitOf(release) }
    await change(open.db, { newDeployments: [aDeployment(deployment, 'staging', order)] })
    await sql`update deployments set state = 'failed' where id = ${deployment}`.execute(open.db)

    let deletion: Promise<unknown> = Promise.resolve()
    await open.db.transaction().execute(async (trx) => {
      await sql`insert into links (release_id, from_environment, to_environment, deployment_id, actor)
        values (${release}, 'integration', 'staging', ${deployment}, 'U01ALICE')`.execute(trx)
      deletion = sql`update releases set deleted_at = now() where id = ${release}`
        .execute(open.db)
        .catch((error: unknown) => error)
      await new Promise((resolve) => setTimeout(resolve, 100))
    })

    expect(await deletion).toMatchObject({ message: expect.stringContaining('it is linked to staging') })
  })
})
