/** Artifacts in a bucket: a server that nobody here wrote, lost in the middle of an upload. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'
import { join } from 'node:path'
import {
  GetObjectCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from '@aws-sdk/client-s3'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { openArtifacts } from '../../compose/artifacts.js'
import { readWorkerEnvironment } from '../../config.js'
import type { ArtifactDigest } from '../../domain/identifiers.js'
import { archiveName } from '../../integrations/artifact-store/archive-file.js'
import { oldArtifacts } from '../../integrations/artifact-store/old-artifacts.js'
import { temporaryFolder } from '../integrations/support/temporary-folder.js'
import { runCommand } from '../support/command.js'
import { driveOf, withoutPushes } from '../support/drive.js'
import { BUCKET, type ObjectStore, startObjectStore } from '../support/object-store.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const DAY = 86_400_000
const MB = 1_000_000

let objects: ObjectStore
beforeAll(async () => {
  objects = await startObjectStore()
})
afterAll(async () => objects?.stop())

describe('a bucket', () => {
  /** The store as a worker with these variables has it, on a host of its own. */
  async function open(variables: Readonly<Record<string, string>> = {}, installation = 'ours') {
    const read = readWorkerEnvironment({
      ...{ DATABASE_URL: 'postgres://u:of-the-test@db/slipway', TEMPORAL_ADDRESS: 'temporal:7233' },
      SLIPWAY_DATA: await temporaryFolder(),
      ...objects.variables,
      ...variables,
    })
    if (read.kind === 'problems') throw new Error(JSON.stringify(read.problems))
    return openArtifacts(read.settings, installation)
  }

  /** What a build made, of about so many bytes. */
  async function built(bytes: number, letter: string): Promise<string> {
    const folder = await temporaryFolder()
    mkdirSync(join(folder, 'dist'))
    writeFileSync(join(folder, 'dist', 'app'), letter.repeat(bytes))
    return folder
  }

  const keys = async (prefix = 'slipway/sha256/'): Promise<readonly string[]> =>
    (
      (await objects.client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }))).Contents ?? []
    ).map(({ Key = '' }) => Key)
  const uploads = async (): Promise<number> =>
    (await objects.client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET }))).Uploads?.length ?? 0
  const keyOf = (digest: ArtifactDigest): string => `slipway/${archiveName(digest)}`

  test('[C.3] a server lost in the middle of an upload leaves nothing that counts, and another host takes what was stored whole', async () => {
    const { store, shelf } = await open()
    const folder = await built(30 * MB, 'a')
    const lost = objects.loseAfter(20 * MB)
    const failed = store.put(folder, ['dist']).catch((error: unknown) => error)
    await lost

    expect(await failed).toMatchObject({
      name: 'ArtifactStoreAwayError',
      message: expect.stringMatching(/^The artifact store s3:\/\/company-builds\/slipway does not answer/),
    })
    await objects.comeBack()
    expect(await keys()).toEqual([])
    const old = (days: number) =>
      oldArtifacts(
        shelf,
        { find: async () => [], giveUp: async () => [], isOurs: async () => true },
        {
          keptMs: 30 * DAY,
          now: () => Date.now() + days * DAY,
        },
      )
    expect(await uploads()).toBe(1)
    expect((await old(0).remove(() => true)).count).toBe(0)
    expect((await old(2).remove(() => true)).count).toBe(1)
    expect(await uploads()).toBe(0)

    const digest = await store.put(folder, ['dist'])
    expect(await keys()).toEqual([keyOf(digest)])
    const out = join(await temporaryFolder(), 'out')
    await (await open()).store.unpack(digest, out)
    expect(readFileSync(join(out, 'dist/app')).equals(readFileSync(join(folder, 'dist/app')))).toBe(true)
  })

  test('another installation is refused the place, and told the ways out', async () => {
    await open()

    await expect(open({}, 'theirs')).rejects.toMatchObject({
      name: 'StartProblem',
      message: expect.stringMatching(
        /^The artifacts in s3:\/\/company-builds\/slipway belong to another Slipway: its database is ours, .* remove s3:\/\/company-builds\/slipway\/installation\.json$/,
      ),
    })
    await expect(open({ SLIPWAY_ARTIFACTS: 's3://company-builds/theirs' }, 'theirs')).resolves.toBeDefined()
  })

  test('[C.3] what is there is stored once; what was changed there is never unpacked, and made good by the next build', async () => {
    const { store } = await open()
    const folder = await built(1_000, 'b')
    const digest = await store.put(folder, ['dist'])
    const place = { Bucket: BUCKET, Key: keyOf(digest) }
    const { Body, Metadata } = await objects.client.send(new GetObjectCommand(place))
    expect(Metadata).toEqual({ digest })
    // The same bytes, but not written by the store.
    const bytes = (await Body?.transformToByteArray()) ?? ''
    await objects.client.send(new PutObjectCommand({ ...place, Body: bytes }))
    expect(await store.put(folder, ['dist'])).toBe(digest)
    expect((await objects.client.send(new GetObjectCommand(place))).Metadata).toEqual({})
    expect(await store.verify(digest)).toBe('intact')
    await objects.client.send(new PutObjectCommand({ ...place, Body: 'half' }))

    expect(await store.verify(digest)).toBe('tampered')
    const out = join(await temporaryFolder(), 'out')
    await expect(store.unpack(digest, out)).rejects.toMatchObject({ name: 'ArtifactDamagedError' })
    expect(readdirSync(join(out, '..'))).toEqual([])
    expect(await store.put(folder, ['dist'])).toBe(digest)
    expect(await store.verify(digest)).toBe('intact')
    await store.remove(digest)
    expect(await store.verify(digest)).toBe('missing')
    await expect(store.unpack(digest, out)).rejects.toThrow('has no sha256:')
  })

  test('a server that knows no conditions is used without', async () => {
    const front = await withoutConditions(objects.endpoint)
    onTestFinished(front.close)
    const { store } = await open({ AWS_ENDPOINT_URL_S3: front.address })
    const folder = await built(20 * MB, 'e')
    const digest = await store.put(folder, ['dist'])

    expect(await store.put(folder, ['dist'])).toBe(digest)
    expect(await store.verify(digest)).toBe('intact')
  })

  test('what is old and needed by nobody goes, and nothing outside of its prefix', async () => {
    const { store, shelf } = await open()
    const one = await store.put(await built(1_000, 'c'), ['dist'])
    const other = await store.put(await built(1_000, 'd'), ['dist'])
    await objects.client.send(
      new PutObjectCommand({ Bucket: BUCKET, Key: `another/${keyOf(one)}`, Body: 'x' }),
    )
    const asked: string[][] = []
    const find = async (digests: readonly ArtifactDigest[]): Promise<readonly ArtifactDigest[]> => {
      asked.push([...digests])
      return digests.filter((digest) => digest === one)
    }
    const old = (days: number) =>
      oldArtifacts(
        shelf,
        { find, giveUp: find, isOurs: async () => true },
        {
          keptMs: 30 * DAY,
          now: () => Date.now() + days * DAY,
        },
      )

    expect(await old(29).remove(() => true)).toEqual({ count: 0, bytes: 0 })
    expect(await old(31).find()).toMatchObject({ count: 1 })
    expect(await old(31).remove(() => true)).toMatchObject({ count: 1 })
    expect(asked.at(-1)).toContain(other)
    expect(await keys()).toContain(keyOf(other))
    expect(await keys()).not.toContain(keyOf(one))
    expect(await keys('another/')).toHaveLength(1)
  })

  test('[O.2] a start without the right key, or without the bucket, ends in what to do', async () => {
    const why = (variables: Readonly<Record<string, string>>) =>
      open(variables).then(
        () => 'nothing',
        (error: Error) => `${error.name}: ${error.message}`,
      )

    expect(await why({ AWS_SECRET_ACCESS_KEY: 'another-one-that-is-long' })).toMatch(
      /^StartProblem: .*refuses us \(SignatureDoesNotMatch.* → set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY/,
    )
    expect(await why({ AWS_ACCESS_KEY_ID: 'somebody-else' })).toMatch(
      /^StartProblem: .*refuses us \(InvalidAccessKeyId.* → set AWS_ACCESS_KEY_ID/,
    )
    expect(await why({ SLIPWAY_ARTIFACTS: 's3://nobody-made-this/slipway' })).toMatch(
      /^StartProblem: .*refuses us \(NoSuchBucket.* → create the bucket, or name another in SLIPWAY_ARTIFACTS/,
    )
    expect(await why({ AWS_ENDPOINT_URL_S3: 'http://127.0.0.1:1' })).toMatch(
      /^ArtifactStoreAwayError: .*does not answer \(.*ECONNREFUSED/,
    )
  })
})

/** The same server, as one that does not implement `If-None-Match`. */
async function withoutConditions(
  endpoint: string,
): Promise<{ readonly address: string; readonly close: () => void }> {
  const server = createServer((asked, answer) => {
    if (asked.headers['if-none-match'] !== undefined) {
      answer.writeHead(501).end('<Error><Code>NotImplemented</Code><Message>no conditions</Message></Error>')
      asked.resume()
      return
    }
    const { method, headers, url } = asked
    const inside = request(`${endpoint}${url}`, { method, headers }, (said) => {
      answer.writeHead(said.statusCode ?? 500, said.headers)
      said.pipe(answer)
    })
    asked.pipe(inside)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}`, close: () => void server.close() }
}

/** The build sees nothing of the bucket, and makes more than one part. */
const big = (yaml: string): string =>
  withoutPushes(yaml).replace(
    '{ run: npm run build,',
    '{ run: "npm run build && head -c 20000000 /dev/zero > dist/big && ! env | grep AWS_",',
  )

describe('workers that share nothing but a bucket', () => {
  let stack: Stack
  const place = () => ({ ...objects.variables, SLIPWAY_ARTIFACTS: `s3://${BUCKET}/shared` })
  beforeAll(async () => {
    stack = await startStack({ processes: 'none', configure: big })
    await Promise.all([
      stack.start('bot', 'bot'),
      worker('builder', { SLIPWAY_STAGES: '0' }),
      worker('deployer', { SLIPWAY_BUILDS: '0' }),
    ])
  })
  afterAll(async () => stack?.close())

  /** A machine of its own. */
  const worker = (name: string, variables: Record<string, string>): Promise<void> =>
    stack.start(name, 'worker', {
      SLIPWAY_DATA: join(stack.dataFolder, name),
      ...place(),
      ...variables,
    })

  test('[C.3] the bucket is lost in the middle of an upload: one build, deployed whole from another host, and the key in no log', async () => {
    const drive = driveOf(stack)
    const commit = await drive.commit({})
    const lost = objects.loseAfter(12 * MB)
    const version = await drive.cut('By way of a bucket')
    await lost
    await until('the fault in the log', () => /artifact store .* does not answer/.test(stack.log()))
    expect((await drive.api.release(version)).candidates[0]?.state).toBe('building')
    await objects.comeBack()
    const { id } = await drive.reaches(version, 'integration', 'accepted')

    expect(await drive.done(commit, 'integration')).toEqual([
      `${id}/setup/1 setup:started`,
      `${id}/setup/1 install`,
      `${id}/check/1 check:started`,
    ])
    const builds = await stack.database.db.selectFrom('builds').select(['state', 'run']).execute()
    expect(builds).toEqual([{ state: 'succeeded', run: 1 }])
    const variables = { ...stack.embedded.variables, ...stack.variables } as Record<string, string>
    const checked = await runCommand('compose/check-restore.ts', { ...variables, ...place() })
    expect(checked.says).toMatch(/✓ Artifacts: 1 of 1 are there and whole/)
    expect(stack.log()).not.toContain(objects.credentials.secretAccessKey)
  })
})
