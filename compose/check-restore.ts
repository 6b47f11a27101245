/**
 * `npm run restore:check`: checks, before Slipway starts, whether database, artifacts and Temporal are consistent after a
 * restore. It changes nothing. Exit 1 when a person has something to do.
 */
import { Client } from '@temporalio/client'
import type { Kysely } from 'kysely'
import {
  formatSettingProblems,
  processEnvironment,
  readWorkerEnvironment,
  type WorkerSettings,
} from '../config.js'
import { verifyAudit } from '../db/audit-seals.js'
import { findLimits, openDatabase } from '../db/database.js'
import { missingMigrations } from '../db/database-role.js'
import { installationId } from '../db/installation.js'
import { livingOwners, type NeededArtifact, neededArtifacts } from '../db/queries/restored.js'
import type { Database } from '../db/tables.js'
import type { ArtifactState } from '../domain/ports.js'
import { ifRunning } from '../workflows/gateway-repair.js'
import { environmentWorkflowId, releaseWorkflowId } from '../workflows/workflow-ids.js'
import { openArtifacts } from './artifacts.js'
import { dataConverterOf } from './payload-codec.js'
import { expectReadable } from './readable.js'
import { connectTemporal } from './temporal.js'

interface Finding {
  readonly good: boolean
  readonly says: string
}

const good = (says: string): Finding => ({ good: true, says })
const bad = (says: string): Finding => ({ good: false, says })

async function record(db: Kysely<Database>): Promise<readonly Finding[]> {
  const missing = await missingMigrations(db)
  if (missing.length > 0) {
    return [bad(`The database lacks ${missing.join(', ')} → npm run migrate, with DATABASE_OWNER_URL`)]
  }
  const sealed = await verifyAudit(db, null)
  return [
    sealed.kind === 'fits'
      ? good(
          `The record: the schema is this build's, and ${sealed.lines} sealed lines of the audit trail fit.`,
        )
      : bad('The audit trail does not fit its seals → npm run audit:verify names the line'),
  ]
}

async function artifacts(db: Kysely<Database>, settings: WorkerSettings): Promise<readonly Finding[]> {
  const { store } = await openArtifacts(settings, await installationId(db))
  const needed = await neededArtifacts(db)
  const digests = [...new Set(needed.map(({ digest }) => digest))]
  const states = new Map<string, ArtifactState>()
  for (const digest of digests) states.set(digest, await store.verify(digest))
  const lost = needed.filter(({ digest }) => states.get(digest) !== 'intact')
  const whole = digests.filter((digest) => states.get(digest) === 'intact').length
  return [
    { good: lost.length === 0, says: `Artifacts: ${whole} of ${digests.length} are there and whole.` },
    ...lost.map((one) => bad(sentenceOf(one, states.get(one.digest) ?? 'missing'))),
  ]
}

function sentenceOf({ digest, app, environment, runs }: NeededArtifact, state: ArtifactState): string {
  const use = runs ? `runs on ${app} ${environment}` : `${app} ${environment} could be rolled back to it`
  const fix = 'restore SLIPWAY_ARTIFACTS from the backup; what is lost for good is built again by a new cut'
  return `${digest} is ${state}; ${use} → ${fix}`
}

async function workflows(db: Kysely<Database>, settings: WorkerSettings): Promise<readonly Finding[]> {
  const connection = await connectTemporal(settings)
  try {
    const dataConverter = dataConverterOf(settings.encryption)
    const client = new Client({ connection, namespace: settings.temporalNamespace, dataConverter })
    await expectReadable(client, settings)
    const { environments, releases } = await livingOwners(db)
    const ids = [
      ...environments.map(({ app, name }) => environmentWorkflowId(app, name)),
      ...releases.map(({ app, id }) => releaseWorkflowId(app, id)),
    ]
    const gone: string[] = []
    for (const id of ids) {
      const running = await ifRunning(client.workflow.getHandle(id), async () => id)
      if (running === null) gone.push(id)
    }
    const begin =
      gone.length === 0 ? '' : ` These begin again from the record when Slipway starts: ${gone.join(', ')}.`
    return [good(`Temporal: ${ids.length - gone.length} of ${ids.length} workflows run.${begin}`)]
  } finally {
    await connection.close()
  }
}

async function check(settings: WorkerSettings): Promise<void> {
  const { databaseUrl: url } = settings
  const database = openDatabase({
    url,
    poolSize: 1,
    limits: await findLimits(url),
    statementTimeoutMs: 60_000,
  })
  try {
    const parts: readonly ((db: Kysely<Database>, of: WorkerSettings) => Promise<readonly Finding[]>)[] = [
      record,
      artifacts,
      workflows,
    ]
    for (const part of parts) {
      const findings = await part(database.db, settings).catch((error: unknown) => [
        bad(error instanceof Error ? error.message : String(error)),
      ])
      for (const { good: isGood, says } of findings) {
        console.log(`${isGood ? '✓' : '✗'} ${says}`)
        if (!isGood) process.exitCode = 1
      }
    }
  } finally {
    await database.close()
  }
}

const read = readWorkerEnvironment(processEnvironment())
if (read.kind === 'ok') await check(read.settings)
else {
  console.error(formatSettingProblems(read.problems))
  process.exitCode = 1
}
