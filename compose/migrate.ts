/** `npm run migrate`: brings the schema up to date as its owner, and lets the role of bot and worker in. */
import { formatSettingProblems, processEnvironment, readMigration } from '../config.js'
import { openDatabase } from '../db/database.js'
import { grantTo, missingMigrations } from '../db/database-role.js'
import { migrate } from '../db/migrate.js'

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
  } finally {
    await database.close()
  }
}
