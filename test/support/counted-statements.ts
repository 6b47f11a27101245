/** A database that counts its statements. */
import type { Kysely } from 'kysely'
import type { Database } from '../../db/tables.js'

export function countStatements(db: Kysely<Database>): {
  readonly db: Kysely<Database>
  /** How many statements some work takes. */
  of(work: () => Promise<unknown>): Promise<number>
} {
  let count = 0
  const counted = db.withPlugin({
    transformQuery: ({ node }) => {
      count += 1
      return node
    },
    transformResult: async ({ result }) => result,
  })
  return {
    db: counted,
    of: async (work) => {
      const before = count
      await work()
      return count - before
    },
  }
}
