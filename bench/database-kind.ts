import { testDatabases } from '../test/support/databases.js'

/** A real PostgreSQL server where one is installed, as a team would run it. */
export function databaseKind(): 'server' | 'embedded' {
  return testDatabases().some(({ kind }) => kind === 'server') ? 'server' : 'embedded'
}
