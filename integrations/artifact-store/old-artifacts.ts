/** Finds artifacts that nothing needs any more and incomplete leftovers, in any kind of store. */
import type { ArtifactDigest } from '../../domain/identifiers.js'
import { NOTHING, type Removed, type Retained } from '../../domain/retention.js'
import type { Age } from '../host/retained-folders.js'

/** Knows which artifacts are needed. */
export interface ArtifactNeeds {
  /** The digests that may be removed; changes nothing. */
  readonly find: (digests: readonly ArtifactDigest[]) => Promise<readonly ArtifactDigest[]>
  /** The same, and marks them so that nobody relies on them from now on. */
  readonly giveUp: (digests: readonly ArtifactDigest[]) => Promise<readonly ArtifactDigest[]>
  /** Whether this process removes now; several hosts may share the store. */
  readonly isOurs: () => Promise<boolean>
}

/** One object in a store. */
export interface StoredThing {
  /** A file path, or an object key. */
  readonly place: string
  readonly bytes: number
  /** Milliseconds since 1970. */
  readonly changedAt: number
}

export type IsOld = (one: StoredThing) => boolean

/** The contents of a store, for retention. */
export interface ArtifactShelf {
  /** Incomplete objects, older than any archive takes to write. */
  halfWritten(now: number): Promise<readonly HalfWritten[]>
  /** Every artifact, in batches. */
  stored(): AsyncIterable<readonly (readonly [ArtifactDigest, StoredThing])[]>
  /** Removes an object unless it is new: a repeated build stores its artifact in the same place. */
  removeUnlessNew(one: StoredThing, isOld: IsOld): Promise<Removed>
}

export interface HalfWritten {
  readonly bytes: number
  remove(): Promise<void>
}

const BATCH = 200
/** Longer than any archive takes to write. */
export const HALF_WRITTEN_MS = 24 * 3_600_000

/** Artifacts past their retention that nothing needs, in batches. */
export function oldArtifacts(
  shelf: ArtifactShelf,
  needs: ArtifactNeeds,
  { keptMs, now = Date.now }: Age,
): Retained {
  const isOld: IsOld = ({ changedAt }) => now() - changedAt > keptMs
  return {
    kind: 'artifacts',
    find: async () => {
      let found = sum(await shelf.halfWritten(now()))
      for await (const batch of batches(shelf, isOld)) {
        const needless = new Set<string>(await needs.find([...batch.keys()]))
        found = plus(found, sum([...batch].flatMap(([digest, one]) => (needless.has(digest) ? [one] : []))))
      }
      return found
    },
    remove: async (goesOn) => {
      let gone = NOTHING
      // Leftovers on this host are removed no matter whose turn it is with the shared store.
      for (const one of await shelf.halfWritten(now())) {
        await one.remove()
        gone = plus(gone, sum([one]))
      }
      if (!(await needs.isOurs())) return gone
      for await (const batch of batches(shelf, isOld)) {
        if (!goesOn() || !(await needs.isOurs())) break
        for (const digest of await needs.giveUp([...batch.keys()])) {
          const one = batch.get(digest)
          if (one) gone = plus(gone, await shelf.removeUnlessNew(one, isOld))
        }
      }
      return gone
    },
  }
}

/** The old ones by digest, in small batches. */
async function* batches(
  shelf: ArtifactShelf,
  isOld: IsOld,
): AsyncGenerator<ReadonlyMap<ArtifactDigest, StoredThing>> {
  let batch = new Map<ArtifactDigest, StoredThing>()
  for await (const some of shelf.stored()) {
    for (const [digest, one] of some) {
      if (isOld(one)) batch.set(digest, one)
      if (batch.size < BATCH) continue
      yield batch
      batch = new Map()
    }
  }
  if (batch.size > 0) yield batch
}

const sum = (things: readonly { readonly bytes: number }[]): Removed => ({
  count: things.length,
  bytes: things.reduce((all, { bytes }) => all + bytes, 0),
})

const plus = (one: Removed, other: Removed): Removed => ({
  count: one.count + other.count,
  bytes: one.bytes + other.bytes,
})
