import { S3ServiceException } from '@aws-sdk/client-s3'
import { describe, expect, it, test } from 'vitest'
import { openArtifacts } from '../../compose/artifacts.js'
import { readWorkerEnvironment } from '../../config.js'
import { bucketFault } from '../../integrations/artifact-store/bucket-faults.js'

const answered = (name: string, httpStatusCode: number): Error =>
  new S3ServiceException({ name, message: 'as it says', $fault: 'client', $metadata: { httpStatusCode } })

const local = (code: string): Error => Object.assign(new Error(code), { code })

describe('what a bucket answers', () => {
  it.each([
    ['a wrong key', answered('InvalidAccessKeyId', 403), /refuses us .* → set AWS_ACCESS_KEY_ID/],
    ['an old token', answered('ExpiredToken', 400), /→ set AWS_ACCESS_KEY_ID/],
    ['a missing right', answered('AccessDenied', 403), /→ allow s3:ListBucket/],
    ['a 403 without words', answered('Unknown', 403), /→ allow s3:ListBucket/],
    ['no bucket', answered('NoSuchBucket', 404), /→ create the bucket/],
    ['another region', answered('PermanentRedirect', 301), /→ set AWS_REGION/],
    ['no region', new Error('Region is missing'), /→ set AWS_REGION/],
    ['an unknown authority', local('SELF_SIGNED_CERT_IN_CHAIN'), /→ name the file .* NODE_EXTRA_CA_CERTS/],
    ['something else', answered('InvalidRequest', 400), /→ see what it says/],
  ])('%s is refused, with the way out', (_what, error, says) => {
    expect(bucketFault(error, 's3://b/p')).toMatchObject({
      name: 'ArtifactStoreRefusedError',
      message: expect.stringMatching(says),
    })
  })

  it.each([
    ['a busy server', answered('SlowDown', 503)],
    ['too many at once', answered('TooManyRequests', 429)],
    ['a slow line', answered('RequestTimeout', 400)],
    ['a race', answered('ConditionalRequestConflict', 409)],
    ['a broken line', local('ECONNRESET')],
  ])('%s may pass', (_what, error) => {
    expect(bucketFault(error, 's3://b/p').name).toBe('ArtifactStoreAwayError')
  })

  it('a full disk here is not its fault', () => {
    expect(bucketFault(local('ENOSPC'), 's3://b/p').message).toBe('ENOSPC')
  })
})

test('[O.2] a bucket without the packages for it ends the start with how to get them', async () => {
  const read = readWorkerEnvironment({
    ...{ DATABASE_URL: 'postgres://u:of-the-test@db/slipway', TEMPORAL_ADDRESS: 'temporal:7233' },
    SLIPWAY_ARTIFACTS: 's3://company-builds/slipway',
  })
  if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
  const opening = openArtifacts(read.settings, 'ours', () => Promise.reject(local('ERR_MODULE_NOT_FOUND')))

  await expect(opening).rejects.toMatchObject({
    name: 'StartProblem',
    message: expect.stringMatching(/packages for S3 are not installed → npm install --include=optional/),
  })
})
