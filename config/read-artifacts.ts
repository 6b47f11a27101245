/** Where artifacts are stored: a folder, or an S3 bucket. */
import { join } from 'node:path'
import type { ArtifactBucket } from '../domain/artifact-bucket.js'
import { usesBucket } from './own-names.js'
import type { BaseSettings } from './settings.js'
import { readAddress, readFlag, readOptional, readPath, type VariableReader } from './variables.js'
import { SHORTEST } from './weak-secrets.js'

const VARIABLE = 'SLIPWAY_ARTIFACTS'
/** A bucket, and a prefix in it that only Slipway uses: Slipway deletes old objects there. */
const BUCKET = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])\/([\w.-]+(?:\/[\w.-]+)*)\/?$/

/** The folder of artifacts; with a bucket, the folder in which artifacts are assembled. */
export function readArtifacts(
  reader: VariableReader,
  dataFolder: string,
): Pick<BaseSettings, 'artifactsFolder' | 'artifactsShared' | 'artifactsBucket'> {
  const own = join(dataFolder, 'artifacts')
  const artifactsShared = readFlag(reader, 'SLIPWAY_ARTIFACTS_SHARED')
  if (!usesBucket(reader.env))
    return { artifactsFolder: readPath(reader, VARIABLE, own), artifactsShared, artifactsBucket: null }
  return { artifactsFolder: own, artifactsShared: false, artifactsBucket: readBucket(reader) }
}

function readBucket(reader: VariableReader): ArtifactBucket {
  const [, bucket = '', prefix = ''] = BUCKET.exec(readOptional(reader, VARIABLE) ?? '') ?? []
  if (bucket === '' || prefix.split('/').some((part) => /^\.+$/.test(part))) {
    const message = 'is no bucket with a prefix of its own in it'
    reader.problems.push({ variable: VARIABLE, message, fix: 'set for example s3://company-builds/slipway' })
  }
  const example = 'https://s3.example.com'
  const endpoint = ['AWS_ENDPOINT_URL_S3', 'AWS_ENDPOINT_URL'].map((variable) =>
    readAddress(reader, variable, { schemes: ['http:', 'https:'], example }),
  )
  return {
    bucket,
    prefix,
    endpoint: endpoint.find((address) => address !== null) ?? null,
    region: readOptional(reader, 'AWS_REGION') ?? readOptional(reader, 'AWS_DEFAULT_REGION'),
    credentials: readCredentials(reader),
  }
}

/** Null: the SDK looks in its usual places, such as a role of the machine. */
function readCredentials(reader: VariableReader): ArtifactBucket['credentials'] {
  const accessKeyId = readOptional(reader, 'AWS_ACCESS_KEY_ID')
  const secretAccessKey = readOptional(reader, 'AWS_SECRET_ACCESS_KEY')
  const sessionToken = readOptional(reader, 'AWS_SESSION_TOKEN')
  if (accessKeyId === null && secretAccessKey === null) return null
  if (accessKeyId === null || secretAccessKey === null) {
    const variable = accessKeyId === null ? 'AWS_ACCESS_KEY_ID' : 'AWS_SECRET_ACCESS_KEY'
    const fix = 'set both AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or neither'
    reader.problems.push({ variable, message: 'is not set, though the other half is', fix })
    return null
  }
  if (secretAccessKey.length < SHORTEST) {
    const message = `has fewer than ${SHORTEST} characters`
    const fix = 'have the store issue a longer one, and set the whole of it'
    reader.problems.push({ variable: 'AWS_SECRET_ACCESS_KEY', message, fix })
  }
  return { accessKeyId, secretAccessKey, ...(sessionToken === null ? {} : { sessionToken }) }
}
