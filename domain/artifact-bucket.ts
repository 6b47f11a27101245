/** Where artifacts are kept when no folder is. */

/** A place in a bucket of S3, or of what speaks like it. */
export interface ArtifactBucket {
  readonly bucket: string
  /** Before the keys of everything that is Slipway's there, without a slash at either end. */
  readonly prefix: string
  /** Null: AWS's own. */
  readonly endpoint: string | null
  /** Null: as the SDK finds it. */
  readonly region: string | null
  /** Null: as the SDK finds them. */
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  } | null
}
