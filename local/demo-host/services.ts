import { join } from 'node:path'
import { z } from 'zod'
import { LOOPBACK } from '../ports.js'
import { waitForLock } from '../process-lock.js'
import { type RunningProcess, startProcess, waitUntilReady } from '../processes.js'
import type { Remembered } from './memory.js'
import { homeOf, releaseFolder } from './releases.js'

const START_TIMEOUT_MS = 15_000
const versionAnswer = z.object({ commit: z.string() })

/** The running services, one for each environment that has a release. */
export class Services {
  readonly #folder: string
  readonly #apiUrl: string
  readonly #running = new Map<string, RunningProcess>()

  /** `folder` contains the environments, `apiUrl` is where services read their rows. */
  constructor(folder: string, apiUrl: string) {
    this.#folder = folder
    this.#apiUrl = apiUrl
  }

  /** Starts a release; resolves once it serves exactly its commit. Throws, with the end of its log, if it does not. */
  async start(
    name: string,
    { port, settings }: Remembered,
    release: { commit: string; folder: string },
  ): Promise<void> {
    const home = homeOf(this.#folder, name)
    const folder = releaseFolder(home, release.folder)
    const service = await startProcess({
      name: `shop-in-${name}`,
      command: process.execPath,
      arguments: [`--max-old-space-size=${settings.memoryMegabytes}`, join(folder, 'server.mjs')],
      bare: true,
      variables: {
        PORT: String(port),
        ENVIRONMENT: name,
        DATA_URL: `${this.#apiUrl}/environments/${name}/rows`,
        CURRENCY: settings.currency,
        LOG_LEVEL: settings.logLevel,
      },
      folder,
      logFile: join(home, 'service.log'),
      lockFile: this.#lockFile(name),
      graceSeconds: 2,
    })
    await waitUntilReady(service, { probe: () => serves(port, release.commit), timeoutMs: START_TIMEOUT_MS })
    this.#running.set(name, service)
  }

  isRunning(name: string): boolean {
    return this.#running.get(name)?.hasEnded() === false
  }

  /** Resolves once the processes that a killed host left behind are gone, and its port is free. */
  untilLeft(name: string): Promise<void> {
    return waitForLock(this.#lockFile(name))
  }

  async stop(name: string): Promise<void> {
    await this.#running.get(name)?.stop()
    this.#running.delete(name)
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#running.keys()].map((name) => this.stop(name)))
  }

  #lockFile(name: string): string {
    return join(homeOf(this.#folder, name), 'service.lock')
  }
}

async function serves(port: number, commit: string): Promise<boolean> {
  const response = await fetch(`http://${LOOPBACK}:${port}/version`)
  const answer = versionAnswer.safeParse(await response.json())
  return response.ok && answer.success && answer.data.commit === commit
}
