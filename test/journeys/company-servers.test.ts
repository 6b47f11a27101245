/**
 * A company's servers: PostgreSQL by TLS, through a pooler in transaction mode, in a schema of its own, failing over; Temporal
 * behind TLS, a client certificate and a key; each in the oldest and the newest version, and Slipway on each Node above the
 * oldest, on which all the other tests run.
 */
import { Connection } from '@temporalio/client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPostgres } from '../../compose/postgres.js'
import { readDatabaseUrl } from '../../config/read-database.js'
import { silent } from '../bot/fake-bot.js'
import { cacheFolder } from '../support/cache-folder.js'
import { alice, bob, carol } from '../support/channel.js'
import { driveOf, withoutPushes } from '../support/drive.js'
import { isLongRun } from '../support/extent.js'
import {
  hasManagedPostgres,
  type ManagedPostgres,
  type PostgresVersion,
  ROLE,
  startManagedPostgres,
} from '../support/managed-postgres.js'
import { nodeOf } from '../support/npm-programs.js'
import { olderTemporalCache } from '../support/older-temporal.js'
import { type Stack, startStack } from '../support/stack.js'
import { startTemporalFront, type TemporalFront } from '../support/temporal-front.js'
import { until } from '../support/until.js'

describe.skipIf(!hasManagedPostgres)('PostgreSQL as a company runs it', () => {
  let postgres: ManagedPostgres

  beforeAll(async () => {
    postgres = await startManagedPostgres(18)
  })
  afterAll(async () => {
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
    // As libpq defines it: encrypted, and any server is trusted.
    expect(await refused(url.replace(/verify-full&sslrootcert=.*/, 'require'))).toBe('nothing')
  })
})

interface Surroundings {
  readonly node: string
  readonly postgres: PostgresVersion
  /** By the first two numbers of its server. */
  readonly temporal: '1.29' | '1.32'
}

const surroundings: readonly Surroundings[] = [
  { node: '22.23.5', postgres: 15, temporal: '1.29' },
  { node: '24.22.3', postgres: 18, temporal: '1.32' },
]

describe.each(surroundings)('on Node $node, PostgreSQL $postgres and Temporal $temporal', (given) => {
  const KEY = 'the-key-of-this-namespace'
  let postgres: ManagedPostgres | null = null
  let slipway: Stack | null = null
  let front: TemporalFront | null = null

  afterAll(async () => {
    await slipway?.close()
    await front?.stop()
    await postgres?.stop()
  })

  /** Bot and worker in one process, which reaches both servers as a company lets it. */
  async function start(): Promise<{ readonly stack: Stack; readonly company: ManagedPostgres }> {
    const company = await startManagedPostgres(given.postgres)
    postgres = company
    for (const limit of ["statement_timeout = '10s'", "idle_in_transaction_session_timeout = '15s'"])
      await company.administer(`alter role "${ROLE}" set ${limit}`)
    await company.administer(`alter role "${ROLE}" set search_path = slipway`)
    const stack = await startStack({
      database: { url: company.url },
      configure: withoutPushes,
      node: nodeOf(given.node),
      processes: 'none',
      variables: { SLIPWAY_CACHE: given.temporal === '1.29' ? await olderTemporalCache() : cacheFolder() },
    })
    slipway = stack
    front = await startTemporalFront(temporalOf(stack), company.certificates, KEY)
    await stack.start('slipway', 'all', {
      TEMPORAL_ADDRESS: front.address,
      TEMPORAL_API_KEY: KEY,
      TEMPORAL_TLS_SERVER_CA_CERT_PATH: company.certificates.file('ca.crt'),
      TEMPORAL_TLS_CLIENT_CERT_PATH: company.certificates.file('client.crt'),
      TEMPORAL_TLS_CLIENT_KEY_PATH: company.certificates.file('client.key'),
    })
    return { stack, company }
  }

  const runs = hasManagedPostgres && (isLongRun || given === surroundings.at(-1))
  test.runIf(runs)(
    '[C.2] [R.3] a release goes to production, through two failovers in the middle of it, and nothing is done twice',
    async () => {
      const { stack, company } = await start()
      const drive = driveOf(stack)
      const commit = await drive.commit({ setupSeconds: 4, managed: true })
      const version = await drive.cut('On the servers of a company')
      await drive.sees(commit, 'integration', 'setup:started')
      await company.failOver()
      await drive.reaches(version, 'integration', 'accepted')
      await drive.promote(version, 'staging')
      await drive.reaches(version, 'staging', 'awaiting_acceptance')
      await drive.accept(version)
      await drive.promote(version, 'production')
      await drive.shop.ask(bob, `approve shop ${version}-rc.1 production`, /pproved/)
      await drive.shop.ask(carol, `approve shop ${version}-rc.1 production`, /pproved/)
      await drive.sees(commit, 'production', 'setup:started')
      await company.failOver()
      const { id } = await drive.reaches(version, 'production', 'awaiting_acceptance')
      await drive.shop.ask(alice, `accept shop ${version}-rc.1 production`, /Accepted/)
      await until('the release', async () => (await drive.api.release(version)).state === 'released')

      expect(await drive.done(commit, 'production')).toEqual([
        `${id}/setup/1 setup:started`,
        `${id}/setup/1 install`,
        `${id}/check/1 check:started`,
      ])
      expect((await drive.api.release(version)).deployments).toHaveLength(3)
      const { rows } = await company.administer(
        `select table_schema, current_setting('server_version') from information_schema.tables where table_name = 'releases'`,
      )
      expect(rows).toEqual([
        { table_schema: 'slipway', current_setting: expect.stringMatching(`^${given.postgres}\\.`) },
      ])
      // What ran is what was meant to run, not another of this machine.
      expect(await nodeVersion(stack)).toBe(`v${given.node}`)
      expect(await temporalVersion(stack)).toMatch(`${given.temporal}.`)
    },
  )
})

const temporalOf = (stack: Stack): string => stack.embedded.variables['TEMPORAL_ADDRESS'] ?? ''

async function nodeVersion(stack: Stack): Promise<string | undefined> {
  const metrics = await (await fetch(`${stack.url}/metrics`)).text()
  return /nodejs_version_info\{version="([^"]+)"/.exec(metrics)?.[1]
}

async function temporalVersion(stack: Stack): Promise<string> {
  const connection = await Connection.connect({ address: temporalOf(stack) })
  try {
    return (await connection.workflowService.getSystemInfo({})).serverVersion
  } finally {
    await connection.close()
  }
}
