/** Artifacts in a bucket of S3 or a compatible service. The SDK is loaded with this file, so only where it is used. */
import { createHash, randomBytes } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, open, rm, stat } from 'node:fs/promises'
import path from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  DeleteObjectCommand,
  GetObjectCommand,
  type GetObjectCommandOutput,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { Upload } from '@aws-sdk/lib-storage'
import type { ArtifactDigest } from '../../domain/identifiers.js'
import type { ArtifactState, ArtifactStore } from '../../domain/ports.js'
import { archiveName, archiveTo, digestOf, missing, unpackFile } from './archive-file.js'
import { ArtifactStoreAwayError } from './artifact-errors.js'
import { asked, bucketFault, isMissing, isTaken, isUnknownCondition } from './bucket-faults.js'
import { bucketShelf } from './bucket-shelf.js'
import type { ArtifactShelf } from './old-artifacts.js'
import { type Bucket, type BucketOptions, openBucket } from './open-bucket.js'
import { expectOurs, ownerIn, ownerText } from './store-owner.js'

const PART_BYTES = 8 * 1_024 * 1_024
const MOST_PARTS = 10_000
/** Two parts per build are in memory at once. */
const PARTS_AT_ONCE = 2
/** An object older than this is stored again, so that a concurrent retention run sees that it is in use. */
const FRESH_MS = 24 * 3_600_000

/**
 * Opens the store: lists the bucket and claims it for this installation, so that problems show up now. Rejects with
 * `ForeignArtifactStoreError` if another installation has it, `ArtifactStoreRefusedError` for anything else that only a person
 * can fix, and `ArtifactStoreAwayError` otherwise. An artifact's key is its sha256: it is stored completely or not at all, and
 * the stored bytes are hashed before anything is unpacked. Its methods throw the errors of the folder store, and the last two.
 */
export async function openBucketArtifactStore(
  options: BucketOptions & { readonly installation: string },
): Promise<{ readonly store: ArtifactStore; readonly shelf: ArtifactShelf }> {
  const bucket = openBucket(options)
  await mkdir(path.join(bucket.scratch, 'incoming'), { recursive: true })
  const knowsConditions = await claim(bucket, options.installation)
  return {
    shelf: bucketShelf(bucket),
    store: {
      put: (folder, paths) => put(bucket, knowsConditions, { folder, paths }),
      verify: async (digest) => (await look(bucket, digest)).state,
      unpack: (digest, into) => unpack(bucket, digest, into),
      remove: (digest) =>
        asked(bucket, async () => {
          await bucket.client.send(
            new DeleteObjectCommand({ Bucket: bucket.bucket, Key: keyOf(bucket, digest) }),
          )
        }),
    },
  }
}

const keyOf = ({ prefix }: Bucket, digest: ArtifactDigest): string => `${prefix}/${archiveName(digest)}`

/** Lists the bucket and writes its owner unless there is one. Resolves with whether the server supports conditional puts. */
async function claim(bucket: Bucket, installation: string): Promise<boolean> {
  const { client, prefix, where } = bucket
  const key = `${prefix}/installation.json`
  const content = {
    Bucket: bucket.bucket,
    Key: key,
    Body: ownerText(installation),
    ContentType: 'application/json',
  }
  const knowsConditions = await asked(bucket, async () => {
    await client.send(new ListObjectsV2Command({ Bucket: bucket.bucket, Prefix: `${prefix}/`, MaxKeys: 1 }))
    try {
      await client.send(new PutObjectCommand({ ...content, IfNoneMatch: '*' }))
      return true
    } catch (error) {
      if (isTaken(error)) return true
      if (!isUnknownCondition(error)) throw error
      if ((await textIn(bucket, key)) === null) await client.send(new PutObjectCommand(content))
      return false
    }
  })
  const text = await textIn(bucket, key)
  if (text === null) throw new ArtifactStoreAwayError(`${where} is claimed by somebody else just now`)
  const marker = `${where}/installation.json`
  expectOurs(ownerIn(text, marker), { installation, store: where, marker })
  return knowsConditions
}

async function textIn(bucket: Bucket, key: string): Promise<string | null> {
  const found = await objectAt(bucket, key)
  return found && asked(bucket, async () => (await found.Body?.transformToString()) ?? '')
}

async function put(
  bucket: Bucket,
  knowsConditions: boolean,
  { folder, paths }: { readonly folder: string; readonly paths: readonly string[] },
): Promise<ArtifactDigest> {
  const file = incoming(bucket)
  try {
    const digest = await archiveTo(file, folder, paths)
    if (knowsConditions && !(await upload(bucket, file, { digest, unlessThere: true }))) {
      const { state, changedAt } = await look(bucket, digest)
      if (state === 'missing')
        throw new ArtifactStoreAwayError(`${digest} is stored by somebody else just now`)
      if (state === 'intact' && Date.now() - changedAt < FRESH_MS) return digest
      await upload(bucket, file, { digest, unlessThere: false })
    } else if (!knowsConditions) await upload(bucket, file, { digest, unlessThere: false })
    return digest
  } finally {
    await rm(file, { force: true })
  }
}

/** Small ones in one put, large ones in parts, which do not count until the last is there. False: somebody else was first. */
async function upload(
  bucket: Bucket,
  file: string,
  { digest, unlessThere }: { readonly digest: ArtifactDigest; readonly unlessThere: boolean },
): Promise<boolean> {
  const { size } = await stat(file)
  const bytes = createReadStream(file)
  const params = {
    Bucket: bucket.bucket,
    Key: keyOf(bucket, digest),
    Body: bytes,
    ContentType: 'application/x-tar',
    Metadata: { digest },
    ...(unlessThere ? { IfNoneMatch: '*' } : {}),
  }
  try {
    const partSize = Math.max(PART_BYTES, Math.ceil(size / MOST_PARTS))
    await new Upload({ client: bucket.client, params, partSize, queueSize: PARTS_AT_ONCE }).done()
    return true
  } catch (error) {
    if (unlessThere && isTaken(error)) return false
    throw bucketFault(error, bucket.where)
  } finally {
    bytes.destroy()
  }
}

/** Hashes the stored bytes. */
async function look(
  bucket: Bucket,
  digest: ArtifactDigest,
): Promise<{ readonly state: ArtifactState; readonly changedAt: number }> {
  const found = await download(bucket, digest)
  if (found === null) return { state: 'missing', changedAt: 0 }
  const hash = createHash('sha256')
  await asked(bucket, () => pipeline(found.bytes, hash))
  const state = digestOf(hash.digest('hex')) === digest ? 'intact' : 'tampered'
  return { state, changedAt: found.changedAt }
}

/** Downloads to a file on this host first, so that the unpacked bytes are those that were hashed. */
async function unpack(bucket: Bucket, digest: ArtifactDigest, into: string): Promise<void> {
  const found = await download(bucket, digest)
  if (found === null) throw missing(digest)
  const file = incoming(bucket)
  try {
    await asked(bucket, () => pipeline(found.bytes, createWriteStream(file, { flags: 'wx', mode: 0o600 })))
    const handle = await open(file, 'r')
    try {
      await unpackFile(handle, digest, into)
    } finally {
      await handle.close()
    }
  } finally {
    await rm(file, { force: true })
  }
}

async function download(
  bucket: Bucket,
  digest: ArtifactDigest,
): Promise<{ readonly bytes: Readable; readonly changedAt: number } | null> {
  const found = await objectAt(bucket, keyOf(bucket, digest))
  if (found === null) return null
  if (!(found.Body instanceof Readable)) throw new TypeError('An object is read as a stream')
  return { bytes: found.Body, changedAt: found.LastModified?.getTime() ?? 0 }
}

/** Null if there is no such object. */
async function objectAt(bucket: Bucket, key: string): Promise<GetObjectCommandOutput | null> {
  return asked(bucket, async () => {
    try {
      return await bucket.client.send(new GetObjectCommand({ Bucket: bucket.bucket, Key: key }))
    } catch (error) {
      if (isMissing(error)) return null
      throw error
    }
  })
}

const incoming = ({ scratch }: Bucket): string =>
  path.join(scratch, 'incoming', randomBytes(12).toString('hex'))
