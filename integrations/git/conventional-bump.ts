import { CommitParser } from 'conventional-commits-parser'
import type { Bump } from '../../domain/version.js'
import { type RangeOrder, requireEnds } from './commit-range.js'
import type { Mirror } from './mirror.js'
import { commitsWithin } from './pathspecs.js'
import { messagesBetween, revisionsOf } from './read-commits.js'

/** The type, scope and breaking mark of a subject. */
export const conventionalPatterns = {
  headerPattern: /^(\w+)(?:\(([^()]*)\))?!?: (.+)$/,
  breakingHeaderPattern: /^(\w+)(?:\(([^()]*)\))?!: (.+)$/,
}

const parser = new CommitParser({ ...conventionalPatterns })

/** The bump of one commit: `feat!:` and a `BREAKING CHANGE:` trailer major, `feat:` minor. */
function bumpOf(message: string): Bump {
  if (message.trim() === '') return 'patch'
  const { type, notes } = parser.parse(message)
  if (notes.some(({ title }) => /^BREAKING[ -]CHANGE$/i.test(title))) return 'major'
  return type?.toLowerCase() === 'feat' ? 'minor' : 'patch'
}

/** See `Git.bump`. Merges themselves say nothing; the commits they brought do. */
export async function conventionalBump(mirror: Mirror, order: RangeOrder): Promise<Bump> {
  await requireEnds(mirror, order)
  const messages = await messagesBetween(mirror, order)
  const own = await commitsWithin(mirror, revisionsOf(order), order.paths)
  const bumps = new Set(
    messages.flatMap(({ sha, message }) => (own?.has(sha) === false ? [] : bumpOf(message))),
  )
  return bumps.has('major') ? 'major' : bumps.has('minor') ? 'minor' : 'patch'
}
