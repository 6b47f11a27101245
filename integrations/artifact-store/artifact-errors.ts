/** The files to archive or unpack are not allowed in an artifact. A retry does not help. */
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

/** The bucket does not exist, or access is denied. A retry does not help; the message says what does. */
export class ArtifactStoreRefusedError extends Error {
  override readonly name = 'ArtifactStoreRefusedError'
}

/** The bucket does not answer, or not in time. A retry may help. */
export class ArtifactStoreAwayError extends Error {
  override readonly name = 'ArtifactStoreAwayError'
}
