/** History on a real server: who may write it, and how a change of it is found. */
import { type Kysely, sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createAuditSealer } from '../../bot/publisher/jobs/seal-audit.js'
import { isSettled, newestSeals, sealHorizon, sealThrough, verifyAudit } from '../../db/audit-seals.js'
import { type OpenDatabase, openDatabase } from '../../db/database.js'
import { appendAudit } from '../../db/repositories/audit.js'
import { createRelease } from '../../db/repositories/create-release.js'
import type { Database } from '../../db/tables.js'
import { type Ran, runCommand } from '../support/command.js'
import { type TestDatabase, testServers } from '../support/databases.js'
import { aCut, alice, at, releaseId, saveShop, shop } from '../support/pipeline-rows.js'
import { until } from '../support/until.js'

describe.each(testServers())('history on a $kind', ({ start }) => {
  let server: TestDatabase
  let owner: OpenDatabase
  let service: OpenDatabase
  const role = { name: 'slipway-app', password: "of the app's own" }
  const serviceUrl = (): string => {
    const url = new URL(server.url)
    url.username = role.name
    url.password = encodeURIComponent(role.password)
    return url.href
  }
  const migrate = (variables: Record<string, string> = {}): Promise<Ran> =>
    runCommand('compose/migrate.ts', {
      ...{ DATABASE_OWNER_URL: server.url, DATABASE_URL: serviceUrl() },
      ...variables,
    })
  const verify = (...words: string[]): Promise<Ran> =>
    runCommand('compose/verify-audit.ts', { DATABASE_URL: serviceUrl() }, words)

  beforeAll(async () => {
    server = await start()
    owner = openDatabase({ url: server.url, poolSize: 4 })
    service = openDatabase({ url: serviceUrl(), poolSize: 4 })
  })
  afterAll(async () => {
    await owner?.close()
    await service?.close()
    await server?.stop()
  })

  let lines = 0
  const line = (reason = 'a line') => ({
    ...{ key: `line/${++lines}`, app: shop, at, actor: alice, kind: 'environment.paused' as const },
    ...{ facts: { reason }, releaseId: null, deploymentId: null, environment: null },
  })
  const write = (db: Kysely<Database>, count = 1): Promise<void> =>
    db.transaction().execute((trx) =>
      appendAudit(
        trx,
        Array.from({ length: count }, () => line()),
      ),
    )
  /** Past every trigger, as only a superuser can. */
  const tamper = (statement: string): Promise<void> =>
    owner.db.connection().execute(async (db) => {
      await sql`set session_replication_role = replica`.execute(db)
      await sql.raw(statement).execute(db)
      await sql`set session_replication_role = origin`.execute(db)
    })

  test('without an owner, or with one that is the same role, nothing is migrated', async () => {
    const none = await runCommand('compose/migrate.ts', { DATABASE_URL: serviceUrl() })
    const same = await migrate({ DATABASE_URL: server.url })

    expect(none).toMatchObject({ code: 1, says: expect.stringContaining('DATABASE_OWNER_URL: is not set') })
    expect(same).toMatchObject({ code: 1 })
    expect(same.says).toContain('signs in as the same role as DATABASE_URL')
    await expect(owner.db.selectFrom('audit').selectAll().execute()).rejects.toThrow('does not exist')
  })

  test('bot and worker wait for the owner, by the name of what is missing, and go on then', async () => {
    await sql`create role ${sql.id(role.name)} login`.execute(owner.db)
    const { settleSchema } = await import('../../compose/schema.js')
    const log = { warn: () => undefined } as never
    await expect(settleSchema(service.db, log)).rejects.toThrow(
      /^PostgreSQL lacks 0001-pipeline, .*-audit-seals.*: run npm run migrate, with DATABASE_OWNER_URL; waiting for it$/,
    )
    expect(await migrate()).toMatchObject({ code: 0, says: expect.stringContaining('-audit-seals') })
    await settleSchema(service.db, log)
    expect(await migrate()).toMatchObject({ code: 0, says: expect.stringContaining('was up to date') })
  })

  test.each([
    ['superuser', () => owner.db, [expect.stringContaining('as a superuser')]],
    ['role that is let in', () => service.db, []],
  ] as const)('a %s is warned of, or not', async (_, db, warning) => {
    const { settleSchema } = await import('../../compose/schema.js')
    const warned: string[] = []
    await settleSchema(db(), { warn: (_fields: object, text: string) => warned.push(text) } as never)

    expect(warned).toEqual(warning)
  })

  test('the role of bot and worker does their work, and owns and removes nothing', async () => {
    await saveShop(service.db)
    await createRelease(service.db, aCut(releaseId(1)))
    await write(service.db, 3)
    const refused = await Promise.all(
      [
        'delete from releases',
        'delete from builds',
        'delete from candidates',
        'truncate audit',
        'delete from audit',
        `update audit set actor = 'U01BOB'`,
        'delete from audit_seals',
        `update audit_seals set digest = ''`,
        'delete from links',
        'update links set release_id = release_id',
        'alter table audit disable trigger all',
        'drop trigger never_changed on audit',
        'set session_replication_role = replica',
        'create table mine (id int)',
        `delete from slipway_migrations`,
      ].map(async (statement) => [
        statement,
        await sql
          .raw(statement)
          .execute(service.db)
          .then(
            () => 'done',
            (error: Error) => error.message,
          ),
      ]),
    )

    for (const [statement, answer] of refused) {
      expect(answer, statement).toMatch(/^permission denied|^must be owner/)
    }
    expect(
      (await sql`select 1 from pg_tables where tableowner = ${role.name}`.execute(owner.db)).rows,
    ).toEqual([])
  })

  test('a line is sealed once nobody can write one before it any more', async () => {
    const seal = createAuditSealer(service.db)
    await seal()
    const before = await newestSeals(service.db, [shop])
    let leave: () => void = () => undefined
    const held = new Promise<void>((resolve) => {
      leave = resolve
    })
    // It takes its id first and commits last.
    const slow = owner.db.transaction().execute(async (trx) => {
      await appendAudit(trx, [line('slow')])
      await held
    })
    await until('the slow line', async () => (await sealHorizon(service.db)).writers.length === 1)
    await write(service.db)
    const horizon = await sealHorizon(service.db)
    await seal()

    expect(await isSettled(service.db, horizon)).toBe(false)
    expect(await newestSeals(service.db, [shop])).toEqual(before)
    leave()
    await slow
    await seal()
    expect(await isSettled(service.db, horizon)).toBe(true)
    const [newest] = await newestSeals(service.db, [shop])
    expect(newest?.through).toBe(horizon.through)
    expect(await verifyAudit(service.db, null)).toMatchObject({ kind: 'fits', unsealed: 0 })
  })

  test('two who seal at once make one chain', async () => {
    await write(service.db, 50)
    const horizon = await sealHorizon(service.db)
    await Promise.allSettled([sealThrough(service.db, horizon), sealThrough(owner.db, horizon)])

    expect(await verifyAudit(service.db, null)).toMatchObject({ kind: 'fits', unsealed: 0 })
  })

  test('a line that a superuser changes, removes or puts in is found and named; so are seals that were recomputed', async () => {
    await write(service.db, 5)
    await createAuditSealer(service.db)()
    const told = (await newestSeals(service.db, [shop]))[0]?.digest ?? ''
    const ids = (await owner.db.selectFrom('audit').select('id').orderBy('id').execute()).map(({ id }) => id)
    const [first = '', second = '', third = ''] = ids.slice(-4)
    const fits = await verify('--digest', told)
    const asShown = await verify('--digest', told.slice(0, 12))
    const wrong = await verify('--digest', 'not a digest')
    const unknown = await verify('--digest', 'ab'.repeat(32))
    await tamper(`update audit set actor = 'U01BOB' where id = ${second}`)
    const changed = await verify()
    await tamper(`update audit set actor = '${alice}' where id = ${second}`)
    await tamper(
      `create table gone as select * from audit where id = ${third}; delete from audit where id = ${third}`,
    )
    const removed = await verify()
    await tamper(`insert into audit overriding system value select * from gone`)
    await tamper(`delete from audit_seals where through = ${first}`)
    const added = await verify()

    expect(fits).toMatchObject({ code: 0, says: expect.stringContaining('Every sealed line fits') })
    expect(asShown.code).toBe(0)
    expect(wrong).toMatchObject({ code: 1, says: expect.stringContaining('8 to 64 hex digits') })
    expect(unknown).toMatchObject({ code: 1, says: expect.stringContaining('seals were written anew') })
    expect(changed).toMatchObject({ code: 1, says: expect.stringContaining(`Line ${second} was changed`) })
    expect(removed).toMatchObject({ code: 1, says: expect.stringContaining(`Line ${third} was removed`) })
    expect(added).toMatchObject({ code: 1, says: expect.stringContaining(`Line ${first} was put in`) })
    // All seals recomputed over a changed line: only the digest in Slack reveals it.
    await tamper(`update audit set actor = 'U01BOB' where id = ${second}; delete from audit_seals`)
    await createAuditSealer(owner.db)()
    expect((await verify()).code).toBe(0)
    expect(await verify('--digest', told)).toMatchObject({
      code: 1,
      says: expect.stringContaining('written anew'),
    })
  })
})
