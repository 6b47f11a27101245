import { S3Client } from '@aws-sdk/client-s3'

/** Which bucket, how it is reached, and where on this host artifacts are put together. */
export interface BucketOptions {
  readonly bucket: string
  /** Before every key, without a slash at either end. */
  readonly prefix: string
  /** Null: AWS's own. */
  readonly endpoint: string | null
  /** Null: as the SDK finds it; with an endpoint it seldom matters. */
  readonly region: string | null
  /** Null: as the SDK finds them. */
  readonly credentials: {
    readonly accessKeyId: string
    readonly secretAccessKey: string
    readonly sessionToken?: string
  } | null
  readonly scratch: string
}

/** An open bucket. */
export interface Bucket extends Pick<BucketOptions, 'bucket' | 'prefix' | 'scratch'> {
  readonly client: S3Client
  /** As people write it. */
  readonly where: string
}

const TRIES = 3
const CONNECT_MS = 5_000
/** How long a connection may be silent. */
const SILENT_MS = 30_000
/** Nothing is asked of it yet. */
export function openBucket({
  bucket,
  prefix,
  scratch,
  endpoint,
  region,
  credentials,
}: BucketOptions): Bucket {
  const near = region ?? (endpoint === null ? null : 'us-east-1')
  const client = new S3Client({
    ...(endpoint === null ? {} : { endpoint, forcePathStyle: true }),
    ...(near === null ? {} : { region: near }),
    ...(credentials === null ? {} : { credentials }),
    maxAttempts: TRIES,
    requestChecksumCalculation: 'WHEN_REQUIRED',
    responseChecksumValidation: 'WHEN_REQUIRED',
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENT_MS },
  })
  return { client, bucket, prefix, scratch, where: `s3://${bucket}/${prefix}` }
}
