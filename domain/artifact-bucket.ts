/** Where artifacts are stored when no folder is configured. */

/** A bucket in S3 or an S3-compatible store. */
export interface ArtifactBucket {
  readonly bucket: string
  /** Prefix of all keys that Slipway writes, without a slash at either end. */
  readonly prefix: string
  /** Null: AWS's own. */
  readonly endpoint: string | null
  /** Null: resolved by the SDK. */
  readonly region: string | null
  /** Null: resolved by the SDK. */
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  } | null
}
