/** The contents of a bucket of artifacts. */
import {
  AbortMultipartUploadCommand,
  DeleteObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { parseArtifactDigest } from '../../domain/identifiers.js'
import { NOTHING } from '../../domain/retention.js'
import { asked, isMissing } from './bucket-faults.js'
import { halfWrittenIn } from './folder-shelf.js'
import { type ArtifactShelf, HALF_WRITTEN_MS, type HalfWritten, type StoredThing } from './old-artifacts.js'
import type { Bucket } from './open-bucket.js'

const NAME = /\/sha256\/[0-9a-f]{2}\/([0-9a-f]{64})\.tar$/

/** The contents of this bucket, and of this host's folder in which its artifacts are assembled. */
export function bucketShelf(bucket: Bucket): ArtifactShelf {
  const { client, bucket: Bucket, prefix, scratch } = bucket
  return {
    halfWritten: async (now) => [
      ...(await halfWrittenIn(scratch, now)),
      ...(await asked(bucket, () => unfinished(bucket, now))),
    ],
    async *stored() {
      const pages = paginateListObjectsV2({ client }, { Bucket, Prefix: `${prefix}/sha256/` })
      for (;;) {
        const { done, value } = await asked(bucket, () => pages.next())
        if (done) return
        yield (value.Contents ?? []).flatMap(({ Key = '', Size = 0, LastModified }) => {
          const digest = parseArtifactDigest(`sha256:${NAME.exec(Key)?.[1] ?? ''}`)
          if (digest === null || LastModified === undefined) return []
          return [[digest, { place: Key, bytes: Size, changedAt: LastModified.getTime() }] as const]
        })
      }
    },
    // S3 has no conditional delete that is supported everywhere: an artifact stored again between the check and the removal is
    // lost, and the next verification says so.
    removeUnlessNew: (one, isOld) =>
      asked(bucket, async () => {
        const found = await lookAgain(bucket, one)
        if (found === null || !isOld(found)) return NOTHING
        await client.send(new DeleteObjectCommand({ Bucket, Key: one.place }))
        return { count: 1, bytes: found.bytes }
      }),
  }
}

async function lookAgain({ client, bucket }: Bucket, { place }: StoredThing): Promise<StoredThing | null> {
  try {
    const { ContentLength = 0, LastModified } = await client.send(
      new HeadObjectCommand({ Bucket: bucket, Key: place }),
    )
    return { place, bytes: ContentLength, changedAt: LastModified?.getTime() ?? Date.now() }
  } catch (error) {
    if (isMissing(error)) return null
    throw error
  }
}

/** Runs on every host. */
async function unlessEnded(aborting: Promise<unknown>): Promise<void> {
  try {
    await aborting
  } catch (error) {
    if (!isMissing(error)) throw error
  }
}

/** Multipart uploads that were never completed; their parts take space until they are aborted. */
async function unfinished(bucket: Bucket, now: number): Promise<readonly HalfWritten[]> {
  const { client, bucket: Bucket, prefix } = bucket
  const found: HalfWritten[] = []
  let from: { KeyMarker?: string; UploadIdMarker?: string } = {}
  for (;;) {
    const page = await client.send(
      new ListMultipartUploadsCommand({ Bucket, Prefix: `${prefix}/sha256/`, ...from }),
    )
    for (const { Key, UploadId, Initiated } of page.Uploads ?? []) {
      if (now - (Initiated?.getTime() ?? now) <= HALF_WRITTEN_MS) continue
      const abort = new AbortMultipartUploadCommand({ Bucket, Key, UploadId })
      found.push({ bytes: 0, remove: () => asked(bucket, () => unlessEnded(client.send(abort))) })
    }
    if (page.IsTruncated !== true || page.NextKeyMarker === undefined) return found
    from = {
      KeyMarker: page.NextKeyMarker,
      ...(page.NextUploadIdMarker === undefined ? {} : { UploadIdMarker: page.NextUploadIdMarker }),
    }
  }
}
