import { resolve } from 'node:path'
import { describe, expect, it, test } from 'vitest'
import { ownSecrets, parseConfiguration, readWorkerEnvironment } from '../../config.js'
import { sampleWith } from './sample.js'

const KEY = { AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE', AWS_SECRET_ACCESS_KEY: 'a-secret-key-of-aws' }

function read(env: NodeJS.ProcessEnv) {
  return readWorkerEnvironment({
    ...{ DATABASE_URL: 'postgres://u:of-the-test@db/slipway', TEMPORAL_ADDRESS: 'temporal:7233' },
    ...env,
  })
}

test('a bucket is read with its prefix, and with what AWS calls the rest', () => {
  const env = {
    SLIPWAY_ARTIFACTS: 's3://company-builds/teams/slipway/',
    SLIPWAY_DATA: '/srv/slipway',
    ...KEY,
  }
  expect(read(env)).toMatchObject({
    settings: {
      artifactsFolder: '/srv/slipway/artifacts',
      artifactsBucket: {
        ...{ bucket: 'company-builds', prefix: 'teams/slipway', endpoint: null, region: null },
        credentials: { accessKeyId: 'AKIAEXAMPLE', secretAccessKey: 'a-secret-key-of-aws' },
      },
    },
  })
  const own = { AWS_ENDPOINT_URL: 'https://any.example', AWS_ENDPOINT_URL_S3: 'https://s3.example' }
  const more = { AWS_DEFAULT_REGION: 'here', AWS_SESSION_TOKEN: 'for-an-hour' }
  expect(read({ ...env, ...own, ...more })).toMatchObject({
    settings: {
      artifactsBucket: {
        ...{ endpoint: 'https://s3.example', region: 'here' },
        credentials: { sessionToken: 'for-an-hour' },
      },
    },
  })
  // A role of the machine's.
  expect(read({ SLIPWAY_ARTIFACTS: 's3://company-builds/slipway' })).toMatchObject({
    settings: { artifactsBucket: { credentials: null } },
  })
  expect(read(KEY)).toMatchObject({
    settings: { artifactsFolder: resolve('.slipway/artifacts'), artifactsBucket: null },
  })
})

describe('[O.2] what cannot be meant is reported with the fix', () => {
  it.each([
    [{ SLIPWAY_ARTIFACTS: 's3://company-builds' }, 'SLIPWAY_ARTIFACTS'],
    [{ SLIPWAY_ARTIFACTS: 's3://company-builds/' }, 'SLIPWAY_ARTIFACTS'],
    [{ SLIPWAY_ARTIFACTS: 's3://company-builds/a/../b' }, 'SLIPWAY_ARTIFACTS'],
    [{ SLIPWAY_ARTIFACTS: 's3://Company/slipway' }, 'SLIPWAY_ARTIFACTS'],
    [{ AWS_ENDPOINT_URL_S3: 's3.example' }, 'AWS_ENDPOINT_URL_S3'],
    [{ AWS_ACCESS_KEY_ID: 'AKIAEXAMPLE' }, 'AWS_SECRET_ACCESS_KEY'],
    [{ AWS_SECRET_ACCESS_KEY: 'a-secret-key-of-aws' }, 'AWS_ACCESS_KEY_ID'],
    [{ ...KEY, AWS_SECRET_ACCESS_KEY: 'minioadmin' }, 'AWS_SECRET_ACCESS_KEY'],
  ])('%j', (env, variable) => {
    const given = { SLIPWAY_ARTIFACTS: 's3://company-builds/slipway', ...env }
    expect(read(given)).toMatchObject({ kind: 'problems', problems: [{ variable }] })
  })
})

describe('with a bucket, what AWS is signed in to with', () => {
  const bucket = {
    SLIPWAY_ARTIFACTS: 's3://company-builds/slipway',
    ...KEY,
    AWS_SESSION_TOKEN: 'for-an-hour',
  }

  test('is a secret of Slipway’s own', () => {
    expect(ownSecrets(bucket)).toEqual(expect.arrayContaining(['a-secret-key-of-aws', 'for-an-hour']))
    expect(ownSecrets(KEY)).toEqual([])
  })

  test('[T.2] is given to no stage; with a folder a stage may ask for it', () => {
    const own = { length: () => 40, builds: true, stages: true, runsOn: null }
    const text = sampleWith('build: {', 'build: { secrets: [AWS_SECRET_ACCESS_KEY],')

    expect(parseConfiguration(text, 'slipway.yaml', own).kind).toBe('ok')
    expect(parseConfiguration(text, 'slipway.yaml', { ...own, bucket: true })).toMatchObject({
      kind: 'problems',
      problems: [
        {
          path: 'apps.shop.build.secrets[0]',
          message: expect.stringMatching(/Slipway’s own while artifacts are in a bucket/),
        },
      ],
    })
  })
})
