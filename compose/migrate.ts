/** `npm run migrate`: migrates the schema as its owner, and grants access to the role of bot and worker. */
import { formatSettingProblems, processEnvironment, readMigration } from '../config.js'
import { openDatabase } from '../db/database.js'
import { grantTo, missingMigrations } from '../db/database-role.js'
import { migrate } from '../db/migrate.js'
import { sqlState } from '../db/transaction.js'

const NO_RIGHT = '42501'

function reasonOf(error: unknown): string {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const says = cause instanceof Error ? cause.message : String(cause)
  return sqlState(cause) === NO_RIGHT
    ? `${says} → let the role of DATABASE_OWNER_URL do that, or make the role of DATABASE_URL first: create role … login`
    : says
}

const read = readMigration(processEnvironment())
if (read.kind === 'problems') {
  console.error(formatSettingProblems(read.problems))
  process.exitCode = 1
} else {
  const { ownerUrl, role } = read.settings
  const database = openDatabase({ url: ownerUrl, poolSize: 1 })
  try {
    const missing = await missingMigrations(database.db)
    await migrate(database.db)
    await grantTo(database.db, role)
    console.log(
      missing.length === 0
        ? 'The schema was up to date.'
        : `The schema is up to date: ${missing.join(', ')}.`,
    )
    console.log(`${role.name} may read and write what bot and worker need, and change no history.`)
  } catch (error) {
    console.error(`The database is not ready for bot and worker: ${reasonOf(error)}`)
    process.exitCode = 1
  } finally {
    await database.close()
  }
}
