/** Two bots and two workers on a PostgreSQL, a Temporal, a Slack workspace and a git remote that can each be broken. */
import { join } from 'node:path'
import { pickPort } from '../../local/ports.js'
import { startTemporalServer, type TemporalServer } from '../../local/temporal-server.js'
import { cacheFolder } from '../support/cache-folder.js'
import { startServer, testPrograms } from '../support/databases.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { type GitServer, startGitServer } from '../support/git-server.js'
import { serviceDatabase } from '../support/open-database.js'
import { signalPart } from '../support/parts.js'
import { removeFolder } from '../support/remove-folder.js'
import { newStackHome, type Stack, startStack } from '../support/stack.js'
import { type StallingProxy, startStallingProxy } from '../support/stalling-proxy.js'
import { type Clocks, movableClocks } from './moved-clock.js'
import { mountSmallDisk, type SmallDisk } from './small-disk.js'

/** Slipway's own processes, by name. */
export const processNames = ['bot', 'bot-2', 'worker', 'worker-2'] as const
export type ProcessName = (typeof processNames)[number]

export interface Setting {
  readonly stack: Stack
  readonly drive: Drive
  readonly git: GitServer
  /** The proxy between Slipway's processes and PostgreSQL. */
  readonly proxy: StallingProxy
  /** The proxy between bots and Slack. */
  readonly slackProxy: StallingProxy
  /** The disk with the workers' data; null: the shared disk. */
  readonly disk: SmallDisk | null
  /** The clocks of Slipway's processes; null: libfaketime is not installed. */
  readonly clocks: Clocks | null
  startAgain(name: ProcessName): Promise<void>
  crashPostgres(): Promise<void>
  /** SIGKILL, and a new server on the same files and port. */
  restartTemporal(): Promise<void>
  close(): Promise<void>
}

/** Quinn and Carol judge staging, and Dan only cuts. */
const configure = (yaml: string): string =>
  withoutPushes(yaml)
    .replace('qa: [U01QUINN]', 'qa: [U01QUINN, U01CAROL]')
    .replace('releasers: [U01ALICE, U01BOB]', 'releasers: [U01ALICE, U01BOB, U01DAN]')

export async function startSetting(): Promise<Setting> {
  const home = await newStackHome()
  const postgres = await startServer(testPrograms)
  const git = await startGitServer(join(home.dataFolder, 'demo'))
  const proxy = await startStallingProxy(await serviceDatabase(`${postgres.address}/postgres`))
  const stack = await startStack({
    home,
    database: { url: proxy.url },
    processes: 'none',
    variables: git.variables,
    configure: (yaml) =>
      configure(yaml).replace(/repository: ".+"/, `repository: ${git.address('shop.git')}`),
  })
  const slackProxy = await startStallingProxy(stack.variables['SLACK_API_URL'] ?? '', { named: true })
  const workersData = join(home.dataFolder, 'workers')
  const disk = mountSmallDisk(workersData)
  const clocks = movableClocks(join(home.dataFolder, 'clocks'))
  const second = String((await pickPort(0)).port)
  const startAgain: Setting['startAgain'] = (name) =>
    stack.start(name, name.startsWith('bot') ? 'bot' : 'worker', {
      SLACK_API_URL: slackProxy.url,
      ...clocks?.variables(name),
      ...(name.startsWith('worker') ? { SLIPWAY_DATA: workersData } : {}),
      ...(name === 'bot-2' ? { SLIPWAY_HTTP_PORT: second } : {}),
    })
  let temporal: TemporalServer | null = null
  const close = async (): Promise<void> => {
    await stack.close()
    await temporal?.stop()
    await Promise.all([proxy.stop(), slackProxy.stop()])
    git.close()
    await postgres.stop()
    disk?.unmount()
    await removeFolder(home.dataFolder)
  }
  try {
    await Promise.all(processNames.map(startAgain))
  } catch (error) {
    await close()
    throw error
  }
  return {
    stack,
    drive: driveOf(stack),
    git,
    proxy,
    slackProxy,
    disk,
    clocks,
    startAgain,
    close,
    crashPostgres: () => postgres.crash(),
    restartTemporal: async () => {
      signalPart(home.dataFolder, 'temporal', 'SIGKILL')
      const port = Number(stack.variables['TEMPORAL_ADDRESS']?.split(':')[1])
      const dataFolder = join(home.dataFolder, 'temporal')
      temporal = await startTemporalServer({
        ...{ dataFolder, port, cacheFolder: cacheFolder(), say: () => undefined },
      })
    },
  }
}
