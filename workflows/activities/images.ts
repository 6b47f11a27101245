/** What a build's `artifact=<reference>` is: an image in a configured registry, or the name of something else. */
import { createHash } from 'node:crypto'
import type { LaneEntry } from '../../domain/environment/state.js'
import { type ArtifactDigest, parseArtifactDigest } from '../../domain/identifiers.js'
import { type ArtifactVerdict, judgeImage, parseImage, pinnedTo } from '../../domain/image.js'
import type { Images } from '../../domain/ports.js'
import type { Failure } from '../../domain/reasons.js'

/** Identifies what was built: its digest, and the name that finds exactly that. */
export interface Named {
  readonly digest: ArtifactDigest | null
  readonly reference: string
}

/**
 * A build's image is pinned to the digest that its registry returns. Any other name must identify its content by itself, and the
 * name's hash is recorded, or its digest if it contains one.
 */
export async function nameOf(
  images: Images,
  reference: string,
): Promise<Named | { readonly failure: Failure }> {
  const image = parseImage(reference)
  const found = image && (await images.lookUp(image))
  if (image === null || found === null) return { digest: image?.digest ?? hashOf(reference), reference }
  const failed = (fault: Extract<Failure, { kind: 'image' }>['fault']) => ({
    failure: { kind: 'image', image: reference, fault } as const,
  })
  if (found.kind === 'missing') return failed({ kind: 'not-pushed' })
  if (found.kind === 'silent') return failed(found)
  if (image.digest !== null && image.digest !== found.digest)
    return failed({ kind: 'moved', to: found.digest })
  return { digest: found.digest, reference: pinnedTo(image, found.digest) }
}

/** Whether the image still is what was built; null when the order has no image that a registry could be asked about. */
export async function verifyImage(
  images: Images,
  { order, attempt }: LaneEntry,
): Promise<ArtifactVerdict | null> {
  const { artifactReference: reference, artifactDigest: digest } = order
  const image = reference === null ? null : parseImage(reference)
  if (reference === null || image === null || digest === null) return null
  // It was built before its registry was configured: what is recorded is the hash of a name, which no registry knows.
  if (digest === hashOf(reference)) return null
  const found = await images.lookUp(image)
  const asked = { kind: order.kind, override: order.override, attempt: attempt.number }
  return found && judgeImage(asked, { reference, digest }, found)
}

function hashOf(reference: string): ArtifactDigest | null {
  return parseArtifactDigest(`sha256:${createHash('sha256').update(reference).digest('hex')}`)
}
