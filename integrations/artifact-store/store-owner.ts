/** The owner of an artifact store: retention removes what its installation does not need, so two must never share one. */
import { z } from 'zod'
import { ArtifactDamagedError, ForeignArtifactStoreError } from './artifact-errors.js'

const schema = z.object({ owner: z.string() })

/** The content of a marker. */
export const ownerText = (owner: string): string => `${JSON.stringify({ owner })}\n`

/** Parses a marker; throws {@link ArtifactDamagedError} for an incomplete one. */
export function ownerIn(text: string, marker: string): string {
  try {
    return schema.parse(JSON.parse(text)).owner
  } catch (error) {
    throw new ArtifactDamagedError(`The marker ${marker} of the artifact store is damaged`, { cause: error })
  }
}

/** Throws {@link ForeignArtifactStoreError} if the store belongs to another installation. */
export function expectOurs(
  owner: string,
  {
    installation,
    store,
    marker,
  }: { readonly installation: string; readonly store: string; readonly marker: string },
): void {
  if (owner === installation) return
  throw new ForeignArtifactStoreError(
    `The artifacts in ${store} belong to another Slipway: its database is ${owner}, this one is ${installation}; each would remove what the other needs → name a place of its own in SLIPWAY_ARTIFACTS, or, when that database is gone for good, remove ${marker}`,
  )
}
