import { S3Client } from '@aws-sdk/client-s3'
import type { ArtifactBucket } from '../../domain/artifact-bucket.js'

export interface BucketOptions extends ArtifactBucket {
  /** The folder of this host in which artifacts are assembled. */
  readonly scratch: string
}

/** An open bucket. */
export interface Bucket extends Pick<BucketOptions, 'bucket' | 'prefix' | 'scratch'> {
  readonly client: S3Client
  /** Its address as people write it. */
  readonly where: string
}

const TRIES = 3
const CONNECT_MS = 5_000
/** How long a connection may be silent. */
const SILENT_MS = 30_000
/** Sends no request yet. */
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
