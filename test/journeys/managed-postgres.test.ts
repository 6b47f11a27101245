/** A company's PostgreSQL: the newest, by TLS, through a pooler in transaction mode, in a schema of its own; and it fails over. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostgres } from '../../compose/postgres.js'
import { readDatabaseUrl } from '../../config/read-database.js'
import { silent } from '../bot/fake-bot.js'
import { alice, bob, carol } from '../support/channel.js'
import { driveOf, withoutPushes } from '../support/drive.js'
import {
  hasManagedPostgres,
  type ManagedPostgres,
  ROLE,
  startManagedPostgres,
} from '../support/managed-postgres.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

describe.skipIf(!hasManagedPostgres)('PostgreSQL as a company runs it', () => {
  let postgres: ManagedPostgres
  let stack: Stack | null = null

  beforeAll(async () => {
    postgres = await startManagedPostgres()
  })
  afterAll(async () => {
    await stack?.close()
    await postgres?.stop()
  })

  /** Why Slipway does not start with this address. */
  async function refused(address: string): Promise<string> {
    const databaseUrl =
      readDatabaseUrl({ env: { DATABASE_URL: address }, problems: [] }, 'DATABASE_URL') ?? ''
    const opening = openPostgres({ databaseUrl }, silent as never, AbortSignal.timeout(60_000))
    return opening.then(
      async ({ database }) => {
        await database.close()
        return 'nothing'
      },
      (error: Error) => `${error.name}: ${error.message}`,
    )
  }

  test('[O.2] without limits of its role, without a schema, and with a wrong word in its address, a start ends in what to do', async () => {
    const { url } = postgres
    const limits = await refused(url)
    await postgres.administer(`alter role "${ROLE}" set statement_timeout = '10s'`)
    await postgres.administer(`alter role "${ROLE}" set idle_in_transaction_session_timeout = '15s'`)
    await postgres.reconnect()
    const schema = await refused(url)
    const password = await refused(url.replace('p%40ss', 'another'))
    const stranger = await refused(url.replace(/&sslrootcert=.*/, ''))

    expect(limits).toMatch(
      /^StartProblem: PostgreSQL at localhost:\d+: nothing limits .* → run once: alter role "release-bot" set/,
    )
    expect(schema).toMatch(/there is no schema .* → .*create schema slipway authorization "release-bot"/)
    expect(password).toMatch(
      /it does not take the password of release-bot → set the right one in DATABASE_URL/,
    )
    expect(stranger).toMatch(/its certificate is not trusted .* → add sslrootcert=/)
    await postgres.administer(`alter role "${ROLE}" set search_path = slipway`)
    await postgres.reconnect()
    expect(await refused(url)).toBe('nothing')
    // As libpq means it: encrypted, and whoever answers is believed.
    expect(await refused(url.replace(/verify-full&sslrootcert=.*/, 'require'))).toBe('nothing')
  })

  test('[R.3] a release goes to production, through two failovers in the middle of it, and nothing is done twice', async () => {
    stack = await startStack({ database: { url: postgres.url }, configure: withoutPushes })
    const drive = driveOf(stack)
    const commit = await drive.commit({ setupSeconds: 4, managed: true })
    const version = await drive.cut('On a managed database')
    await drive.sees(commit, 'integration', 'setup:started')
    await postgres.failOver()
    await drive.reaches(version, 'integration', 'accepted')
    await drive.promote(version, 'staging')
    await drive.reaches(version, 'staging', 'awaiting_acceptance')
    await drive.accept(version)
    await drive.promote(version, 'production')
    await drive.shop.ask(bob, `approve shop ${version}-rc.1 production`, /pproved/)
    await drive.shop.ask(carol, `approve shop ${version}-rc.1 production`, /pproved/)
    await drive.sees(commit, 'production', 'setup:started')
    await postgres.failOver()
    const { id } = await drive.reaches(version, 'production', 'awaiting_acceptance')
    await drive.shop.ask(alice, `accept shop ${version}-rc.1 production`, /Accepted/)
    await until('the release', async () => (await drive.api.release(version)).state === 'released')

    expect(await drive.done(commit, 'production')).toEqual([
      `${id}/setup/1 setup:started`,
      `${id}/setup/1 install`,
      `${id}/check/1 check:started`,
    ])
    expect((await drive.api.release(version)).deployments).toHaveLength(3)
    const { rows } = await postgres.administer(
      `select table_schema from information_schema.tables where table_name = 'releases'`,
    )
    expect(rows).toEqual([{ table_schema: 'slipway' }])
  })
})
