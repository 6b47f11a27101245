import { CommitParser } from 'conventional-commits-parser'
import type { Bump } from '../../domain/version.js'
import type { Mirror } from './mirror.js'
import { commitsWithin } from './pathspecs.js'
import { type Between, messagesBetween, revisionsOf } from './read-commits.js'

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
export async function conventionalBump(
  mirror: Mirror,
  between: Between,
  paths: readonly string[],
): Promise<Bump> {
  const own = await commitsWithin(mirror, revisionsOf(between), paths)
  const messages = await messagesBetween(mirror, between)
  const counted = messages.filter(({ sha }) => own?.has(sha) ?? true)
  const bumps = new Set(counted.map(({ message }) => bumpOf(message)))
  return bumps.has('major') ? 'major' : bumps.has('minor') ? 'minor' : 'patch'
}
