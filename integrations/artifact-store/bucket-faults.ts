/** Translates errors of an S3 bucket into our own. */
import { S3ServiceException } from '@aws-sdk/client-s3'
import { hasCode } from '../host/system-error.js'
import { ArtifactStoreAwayError, ArtifactStoreRefusedError } from './artifact-errors.js'

const KEYS =
  'set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY again, or fix the other credentials that the AWS SDK uses'
const REGION = 'set AWS_REGION to the region of the bucket'
const RIGHTS =
  'allow s3:ListBucket and s3:ListBucketMultipartUploads on the bucket and, below the prefix, s3:GetObject, s3:PutObject, s3:DeleteObject and s3:AbortMultipartUpload'

const waysOut: Readonly<Record<string, string>> = {
  NoSuchBucket: 'create the bucket, or name another in SLIPWAY_ARTIFACTS',
  InvalidAccessKeyId: KEYS,
  SignatureDoesNotMatch: KEYS,
  ExpiredToken: KEYS,
  InvalidToken: KEYS,
  CredentialsProviderError: KEYS,
  AccessDenied: RIGHTS,
  PermanentRedirect: REGION,
  AuthorizationHeaderMalformed: REGION,
}

const CERTIFICATE =
  /^(?:DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|UNABLE_TO_|ERR_TLS_CERT_|CERT_)/
/** Status codes of refusals that are transient. */
const PASSING: ReadonlySet<string> = new Set(['RequestTimeout', 'SlowDown', 'RequestTimeTooSkewed'])

const statusOf = (error: unknown): number =>
  error instanceof S3ServiceException ? (error.$metadata.httpStatusCode ?? 0) : 0

/** Whether the object does not exist. */
export const isMissing = (error: unknown): boolean =>
  statusOf(error) === 404 && error instanceof Error && error.name !== 'NoSuchBucket'

/** Whether somebody else was first, or this upload has already ended: only a look at the bucket tells what is there. */
export const isTaken = (error: unknown): boolean =>
  [409, 412].includes(statusOf(error)) || (error instanceof Error && error.name === 'NoSuchUpload')

/** Whether the server does not support conditions. */
export const isUnknownCondition = (error: unknown): boolean => statusOf(error) === 501

/** Translates an error into one of ours; `where` is the store's name as people know it. */
export function bucketFault(error: unknown, where: string): Error {
  if (!(error instanceof Error) || hasCode(error, 'ENOSPC', 'EDQUOT')) return asError(error)
  const wayOut = wayOutOf(error)
  const said = [error.name, error.message].filter((part) => part !== '' && part !== 'Error').join(': ')
  if (wayOut === null)
    return new ArtifactStoreAwayError(`The artifact store ${where} does not answer (${said})`)
  return new ArtifactStoreRefusedError(`The artifact store ${where} refuses us (${said}) → ${wayOut}`)
}

/** Runs work on the store and translates errors of the bucket into ours. */
export async function asked<Result>(
  { where }: { readonly where: string },
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    throw bucketFault(error, where)
  }
}

/** Null if waiting may help. */
function wayOutOf(error: Error): string | null {
  const known = waysOut[error.name]
  if (known !== undefined) return known
  if (error.message === 'Region is missing') return REGION
  if ('code' in error && typeof error.code === 'string' && CERTIFICATE.test(error.code))
    return 'name the file of its authority in NODE_EXTRA_CA_CERTS'
  const status = statusOf(error)
  if (status < 300 || status >= 500 || [408, 409, 412, 429].includes(status) || PASSING.has(error.name))
    return null
  return status === 403 || status === 401 ? RIGHTS : 'see what it says there'
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)))
