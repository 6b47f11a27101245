/** `npm run links:revoke`: invalidates every log link shown in Slack or GitHub; new links are valid. */
import { formatSettingProblems, processEnvironment, readWorkerEnvironment } from '../config.js'
import { findLimits, openDatabase } from '../db/database.js'
import { replaceLinkKey } from '../db/link-key.js'

const read = readWorkerEnvironment(processEnvironment())
if (read.kind === 'problems') {
  console.error(formatSettingProblems(read.problems))
  process.exitCode = 1
} else {
  const { databaseUrl: url } = read.settings
  const database = openDatabase({ url, poolSize: 1, limits: await findLimits(url) })
  try {
    await replaceLinkKey(database.db)
    console.log(
      'Every link is revoked. Those that are shown from now on hold; cards get theirs when they next change.',
    )
  } finally {
    await database.close()
  }
}
