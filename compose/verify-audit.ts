/**
 * `npm run audit:verify [-- --digest D]`: checks that every sealed line of the audit trail is unchanged. Exit 1 when one is not.
 */
import { parseArgs } from 'node:util'
import { formatSettingProblems, processEnvironment, readDatabase } from '../config.js'
import { type Misfit, type Verification, verifyAudit } from '../db/audit-seals.js'
import { openDatabase } from '../db/database.js'

const how: Readonly<Record<Misfit, string>> = {
  changed: 'was changed after it was sealed, or the seal before it was',
  removed: 'was removed after it was sealed',
  added: 'was put in after the lines around it were sealed',
}

function say(result: Verification): string {
  switch (result.kind) {
    case 'fits':
      return `Every sealed line fits: ${result.lines}. Not sealed yet: ${result.unsealed}.`
    case 'misfit':
      return `Line ${result.line} ${how[result.how]}. Compare it with a backup, and with what stands in Slack.`
    case 'unknown-digest':
      return 'The lines fit their seals, but none of the seals has this digest: the seals were written anew after it was told.'
  }
}

const { values } = parseArgs({ options: { digest: { type: 'string' } } })
const told = values.digest?.trim().toLowerCase() ?? null
const read = readDatabase(processEnvironment())
if (read.kind === 'problems') {
  console.error(formatSettingProblems(read.problems))
  process.exitCode = 1
} else if (told !== null && !/^[0-9a-f]{8,64}$/.test(told)) {
  console.error('--digest is the digest of a seal, as the daily message shows it: 8 to 64 hex digits.')
  process.exitCode = 1
} else {
  const database = openDatabase({ url: read.settings.databaseUrl, poolSize: 1, statementTimeoutMs: 60_000 })
  try {
    const result = await verifyAudit(database.db, told)
    console.log(say(result))
    if (result.kind !== 'fits') process.exitCode = 1
  } finally {
    await database.close()
  }
}
