/** The settings of commands that need only the database: migrating its schema, and inspecting it. */
import { readDatabaseUrl } from './read-database.js'
import type { MigrationSettings } from './settings.js'
import { readOptional, type VariableReader } from './variables.js'

/** A required address. */
export function readRequiredDatabaseUrl(reader: VariableReader, variable: string, fix: string): string {
  const url = readDatabaseUrl(reader, variable)
  if (url === null && readOptional(reader, variable) === null) {
    reader.problems.push({ variable, message: 'is not set', fix })
  }
  return url ?? ''
}

/** The owner of the tables, and the role used by bot and worker, which must be different. */
export function readMigrationSettings(reader: VariableReader): MigrationSettings {
  const owner = 'set the address with the role that owns the tables; only npm run migrate needs it'
  const service =
    'set the address that bot and worker use, with a role of its own; it is made if there is none'
  const ownerUrl = readRequiredDatabaseUrl(reader, 'DATABASE_OWNER_URL', owner)
  const url = readRequiredDatabaseUrl(reader, 'DATABASE_URL', service)
  const role = roleOf(url)
  if (url !== '' && role.name === '') {
    reader.problems.push({ variable: 'DATABASE_URL', message: 'names no role', fix: service })
  }
  if (role.name !== '' && role.name === roleOf(ownerUrl).name) {
    const message =
      'signs in as the same role as DATABASE_URL, so bot and worker could change what is history'
    const fix = 'give DATABASE_URL another role, e.g. slipway_app; npm run migrate makes it'
    reader.problems.push({ variable: 'DATABASE_OWNER_URL', message, fix })
  }
  return { ownerUrl, role }
}

function roleOf(url: string): MigrationSettings['role'] {
  if (!URL.canParse(url)) return { name: '', password: null }
  const { username, password } = new URL(url)
  return {
    name: decodeURIComponent(username),
    password: password === '' ? null : decodeURIComponent(password),
  }
}
