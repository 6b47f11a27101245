/** Images in registries, as builds name them: what one is, and whether it still is what was built (G.10). */
import { type ArtifactDigest, parseArtifactDigest } from './identifiers.js'
import type { Failure, ImageFault, UncheckedBecause } from './reasons.js'
import type { DeploymentKind } from './states.js'

/** `registry.example:5000/shop/web:1.2@sha256:…`; the registry is always named. */
export interface ImageReference {
  /** Host, with its port where there is one. */
  readonly registry: string
  readonly name: string
  /** Null where only a digest says which one; `latest` where nothing does. */
  readonly tag: string | null
  readonly digest: ArtifactDigest | null
}

const part = '[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*'
const form = new RegExp(
  `^(?<registry>localhost(?::\\d+)?|[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)*(?::\\d+)|[a-zA-Z0-9-]+(?:\\.[a-zA-Z0-9-]+)+)` +
    `/(?<name>${part}(?:/${part})*)(?::(?<tag>\\w[\\w.-]{0,127}))?(?:@(?<digest>sha256:[0-9a-f]{64}))?$`,
  'u',
)

/** Null for anything that is no reference to an image or leaves out its registry. */
export function parseImage(text: string): ImageReference | null {
  const { registry, name, tag, digest } = form.exec(text.trim())?.groups ?? {}
  if (registry === undefined || name === undefined) return null
  const of = digest === undefined ? null : parseArtifactDigest(digest)
  return { registry: registry.toLowerCase(), name, tag: tag ?? (of === null ? 'latest' : null), digest: of }
}

/** The reference by which exactly these bytes are pulled; the tag stays for people. */
export function pinnedTo({ registry, name, tag }: ImageReference, digest: ArtifactDigest): string {
  return `${registry}/${name}${tag === null ? '' : `:${tag}`}@${digest}`
}

/** What a registry says of an image. `silent`: nothing that could be relied on. */
export type ImageLookup =
  | { readonly kind: 'found'; readonly digest: ArtifactDigest }
  | { readonly kind: 'missing' }
  | { readonly kind: 'silent'; readonly words: string }

export type ArtifactVerdict =
  | { readonly kind: 'intact' }
  | { readonly kind: 'unfit'; readonly failure: Failure }
  | { readonly kind: 'unchecked'; readonly words: string; readonly because: UncheckedBecause }

/**
 * Whether an image may be deployed. A moved tag and a missing image stop everything; a registry that does not answer stops
 * neither a roll back, which must not wait for it, nor a retry that somebody overrides: whoever retries saw that it is silent,
 * and an override that was given before that was for something else (T.6).
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
