/** Images in registries, as builds name them: how to parse a reference, and whether it still is what was built (G.10). */
import { type ArtifactDigest, parseArtifactDigest } from './identifiers.js'
import type { Failure, ImageFault, UncheckedBecause } from './reasons.js'
import type { DeploymentKind } from './states.js'

/** `registry.example:5000/shop/web:1.2@sha256:…`; the registry is always explicit. */
export interface ImageReference {
  /** Host, with the port if there is one. */
  readonly registry: string
  readonly name: string
  /** Null if only a digest is given; `latest` if neither is given. */
  readonly tag: string | null
  readonly digest: ArtifactDigest | null
}

const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const form = new RegExp(
  `^(?<registry>localhost(?::\\d+)?|[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)*(?::\\d+)|[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)+)` +
    `/(?<name>${part}(?:/${part})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
  'u',
)

/** Null for anything that is not an image reference or omits its registry. */
export function parseImage(text: string): ImageReference | null {
  const { registry, name, tag, digest } = form.exec(text.trim())?.groups ?? {}
  if (registry === undefined || name === undefined) return null
  const of = digest === undefined ? null : parseArtifactDigest(digest)
  return { registry: registry.toLowerCase(), name, tag: tag ?? (of === null ? 'latest' : null), digest: of }
}

/** The reference that pulls exactly these bytes; the tag is kept for readers. */
export function pinnedTo({ registry, name, tag }: ImageReference, digest: ArtifactDigest): string {
  return `${registry}/${name}${tag === null ? '' : `:${tag}`}@${digest}`
}

/** What a registry says about an image. `silent`: nothing reliable. */
export type ImageLookup =
  | { readonly kind: 'found'; readonly digest: ArtifactDigest }
  | { readonly kind: 'missing' }
  | { readonly kind: 'silent'; readonly words: string }

export type ArtifactVerdict =
  | { readonly kind: 'intact' }
  | { readonly kind: 'unfit'; readonly failure: Failure }
  | { readonly kind: 'unchecked'; readonly words: string; readonly because: UncheckedBecause }

/**
 * Whether an image may be deployed. A moved tag or a missing image stops everything. A registry that does not answer stops
 * neither a rollback, which must not wait for it, nor a retry with an override: the person retrying saw that it is silent, while
 * an earlier override was for something else (T.6).
 */
export function judgeImage(
  order: { readonly kind: DeploymentKind; readonly override: object | null; readonly attempt: number },
  image: { readonly reference: string; readonly digest: ArtifactDigest },
  found: ImageLookup,
): ArtifactVerdict {
  const unfit = (fault: ImageFault): ArtifactVerdict => ({
    kind: 'unfit',
    failure: { kind: 'image', image: image.reference, fault },
  })
  if (found.kind === 'missing') return unfit({ kind: 'missing' })
  if (found.kind === 'found')
    return found.digest === image.digest ? { kind: 'intact' } : unfit({ kind: 'moved', to: found.digest })
  if (order.kind === 'rollback') return { kind: 'unchecked', words: found.words, because: 'rollback' }
  if (order.override !== null && order.attempt > 1)
    return { kind: 'unchecked', words: found.words, because: 'override' }
  return unfit({ kind: 'silent', words: found.words })
}
