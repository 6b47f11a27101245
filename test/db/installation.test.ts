import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { enterInstallation, knownWorkflows, NewerSlipway, setKnownWorkflows } from '../../db/installation.js'
import { migrate } from '../../db/migrate.js'
import { testDatabases } from '../support/databases.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'

describe.each(testDatabases())('which Slipway ran on $kind PostgreSQL', (kind) => {
  let database: ReadyDatabase
  const enter = (name: string, stateVersion: number) =>
    enterInstallation(database.db, { name, stateVersion }).then(
      () => 'entered',
      (error: unknown) => (error instanceof NewerSlipway ? error.message : Promise.reject(error)),
    )
  const last = async (): Promise<string | undefined> =>
    (await database.db.selectFrom('installation').select('build').executeTakeFirst())?.build

  beforeAll(async () => {
    database = await readyDatabase(kind)
  })
  afterAll(() => database.close())

  test('a later one is entered, and the one before is refused from then on', async () => {
    expect(await enter('1.0.0', 4)).toBe('entered')
    expect(await enter('1.1.0', 4)).toBe('entered')
    expect(await enter('1.0.0', 4)).toBe('entered')
    expect(await enter('2.0.0', 5)).toBe('entered')
    expect(await enter('1.1.0', 4)).toBe(
      'Slipway 2.0.0 ran here since: what workflows recorded is of version 5, and this one reads up to 4',
    )
    expect(await last()).toBe('2.0.0')
  })

  test('the workflows that were found to go on are remembered', async () => {
    expect(await knownWorkflows(database.db)).toBeNull()
    await setKnownWorkflows(database.db, 'digest')
    expect(await knownWorkflows(database.db)).toBe('digest')
  })

  test('a schema with a migration that this one does not know is refused, and left as it is', async () => {
    await sql`insert into slipway_migrations (name) values ('9999-later')`.execute(database.db)

    expect(await enter('2.0.0', 5)).toBe('Slipway 2.0.0 ran here since: the schema has 9999-later')
    expect(await enter('3.0.0', 6)).toBe('Slipway 2.0.0 ran here since: the schema has 9999-later')
    await expect(migrate(database.db)).rejects.toThrow('A newer Slipway ran here: the schema has 9999-later')
    expect(await last()).toBe('2.0.0')
  })
})
