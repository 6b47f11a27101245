/** What was to be archived, or unpacked, is not what an artifact may hold. Asking again does not help. */
export class ArtifactContentError extends Error {
  override readonly name = 'ArtifactContentError'
}

/** The stored bytes are missing, or are not those of their digest. */
export class ArtifactDamagedError extends Error {
  override readonly name = 'ArtifactDamagedError'
}

/** The store belongs to another installation, or the folder to another host and is not marked as shared. */
export class ForeignArtifactStoreError extends Error {
  override readonly name = 'ForeignArtifactStoreError'
}

/** The bucket is not there, or does not let us do that. Asking again does not help; the message says what does. */
export class ArtifactStoreRefusedError extends Error {
  override readonly name = 'ArtifactStoreRefusedError'
}

/** The bucket does not answer, or not in time; it may later. */
export class ArtifactStoreAwayError extends Error {
  override readonly name = 'ArtifactStoreAwayError'
}
