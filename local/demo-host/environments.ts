import { mkdirSync, rmSync } from 'node:fs'
import { LOOPBACK, pickPort } from '../ports.js'
import type { DemoDatabase } from './database.js'
import type { EffectOrder, Effects } from './effects.js'
import { type Memory, type Remembered, recall, remember } from './memory.js'
import { homeOf, keepRelease, pointAt, pruneReleases, releaseFolder } from './releases.js'
import { Services } from './services.js'

export interface EnvironmentStatus {
  readonly name: string
  /** How often an environment of this name was created. */
  readonly generation: number
  readonly port: number
  readonly url: string
  readonly schema: string
  readonly commit: string | null
  readonly running: boolean
}

export interface HostParts {
  readonly folder: string
  /** The address of the host's own API, where services read their rows. */
  readonly apiUrl: string
  readonly firstPort: number
  readonly database: DemoDatabase
  readonly effects: Effects
}

/**
 * The environments of this host. Requests for one environment run one after the other, and what a key has already
 * done is not done again. `null` stands for an environment that does not exist.
 */
export class Environments {
  readonly #parts: HostParts
  readonly #memory: Memory
  readonly #services: Services
  readonly #inTurn = createQueues()

  constructor(parts: HostParts) {
    this.#parts = parts
    this.#memory = recall(parts.folder)
    this.#services = new Services(parts.folder, parts.apiUrl)
  }

  list(): readonly EnvironmentStatus[] {
    return Object.entries(this.#memory.environments).map(([name, found]) => this.#describe(name, found))
  }

  status(name: string): EnvironmentStatus | null {
    const found = this.#memory.environments[name]
    return found ? this.#describe(name, found) : null
  }

  /** The answer of an environment's service. Throws if it does not answer. */
  async ask(name: string, page: string): Promise<unknown> {
    const found = this.status(name)
    if (!found) return null
    const response = await fetch(`${found.url}/${page}`)
    if (!response.ok) throw new Error(`${found.url}/${page} answers ${response.status}`)
    return response.json()
  }

  /** Creates an environment with its schema and port, or gives an existing one new settings. */
  create(
    name: string,
    order: { key: string; settings: Remembered['settings'] },
  ): Promise<EnvironmentStatus | null> {
    return this.#inTurn(name, async () => {
      await this.#once({ key: order.key, environment: name, action: 'setup' }, async () => {
        const found = this.#memory.environments[name] ?? (await this.#newEnvironment(name, order.settings))
        await this.#parts.database.createSchema(found.schema)
        this.#save(name, { ...found, settings: order.settings })
      })
      return this.status(name)
    })
  }

  /** Runs the migrations of a build that the environment has not had, and returns their names. */
  migrate(name: string, order: { key: string; folder: string }): Promise<readonly string[] | null> {
    return this.#inTurn(name, async () => {
      const found = this.#memory.environments[name]
      if (!found) return null
      const applied = await this.#parts.database.migrate(found.schema, order.folder)
      for (const file of applied) {
        this.#parts.effects.add({
          key: order.key,
          environment: name,
          action: `migrate:${file}`,
          commit: null,
        })
      }
      return applied
    })
  }

  /** Copies a build, swaps the release and restarts. If the new one does not start, the previous one continues: throws. */
  install(
    name: string,
    order: { key: string; commit: string; folder: string },
  ): Promise<EnvironmentStatus | null> {
    return this.#inTurn(name, async () => {
      const found = this.#memory.environments[name]
      if (!found) return null
      const { key, commit } = order
      await this.#once({ key, environment: name, action: 'install', commit }, async () => {
        const folder = keepRelease(this.#home(name), commit, order.folder)
        await this.#swap(name, found, { commit, folder })
      })
      return this.status(name)
    })
  }

  /** Stops the service and drops the schema. False if there was nothing to remove. */
  remove(name: string, { key }: { key: string }): Promise<boolean> {
    return this.#inTurn(name, async () => {
      const found = this.#memory.environments[name]
      if (!found) return false
      await this.#once({ key, environment: name, action: 'remove' }, async () => {
        await this.#services.stop(name)
        await this.#parts.database.dropSchema(found.schema)
        rmSync(this.#home(name), { recursive: true, force: true })
        this.#save(name, null)
      })
      return true
    })
  }

  /** Starts the services of an earlier run. One that fails stays down and is named in the log. */
  async resume(): Promise<void> {
    const all = Object.keys(this.#memory.environments)
    await Promise.all(all.map((name) => this.#inTurn(name, () => this.#resumeOne(name))))
  }

  /** Ends every service; the environments are remembered. */
  stop(): Promise<void> {
    return this.#services.stopAll()
  }

  async #resumeOne(name: string): Promise<void> {
    const found = this.#memory.environments[name]
    if (!found?.release) return
    try {
      await this.#services.untilLeft(name)
      const { port } = await pickPort(found.port)
      this.#save(name, { ...found, port })
      await this.#services.start(name, { ...found, port }, found.release)
    } catch (error) {
      console.error(`environment ${name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }

  async #newEnvironment(name: string, settings: Remembered['settings']): Promise<Remembered> {
    const generation = (this.#memory.generations[name] ?? 0) + 1
    const taken = new Set(Object.values(this.#memory.environments).map(({ port }) => port))
    let preferred = this.#parts.firstPort
    while (taken.has(preferred)) preferred += 1
    const schema = `shop_${name.replaceAll('-', '_')}`
    const made = { generation, port: preferred, schema, settings, release: null }
    this.#memory.generations[name] = generation
    mkdirSync(this.#home(name), { recursive: true })
    // Before any await: a concurrent creation takes the next port.
    this.#save(name, made)
    const { port } = await pickPort(preferred)
    return { ...made, port }
  }

  async #swap(name: string, before: Remembered, release: NonNullable<Remembered['release']>): Promise<void> {
    const home = this.#home(name)
    await this.#services.stop(name)
    // While nothing listened there, another process may have taken the port.
    const { port } = await pickPort(before.port)
    const found = { ...before, port }
    this.#save(name, found)
    pointAt(home, release.folder)
    try {
      await this.#services.start(name, found, release)
    } catch (error) {
      rmSync(releaseFolder(home, release.folder), { recursive: true, force: true })
      if (found.release) {
        pointAt(home, found.release.folder)
        await this.#services.start(name, found, found.release)
      }
      throw error
    }
    this.#save(name, { ...found, release })
    pruneReleases(home, release.folder)
  }

  /** Does something unless its key has already done it here, and records it. */
  async #once(
    order: Omit<EffectOrder, 'commit'> & { commit?: string },
    task: () => Promise<void>,
  ): Promise<void> {
    const { effects } = this.#parts
    if (effects.has(order)) return
    await task()
    effects.add({ ...order, commit: order.commit ?? null })
  }

  #save(name: string, environment: Remembered | null): void {
    if (environment) this.#memory.environments[name] = environment
    else delete this.#memory.environments[name]
    remember(this.#parts.folder, this.#memory)
  }

  #describe(name: string, { generation, port, schema, release }: Remembered): EnvironmentStatus {
    const running = this.#services.isRunning(name)
    const url = `http://${LOOPBACK}:${port}`
    return { name, generation, port, url, schema, commit: release?.commit ?? null, running }
  }

  #home(name: string): string {
    return homeOf(this.#parts.folder, name)
  }
}

/** Runs the tasks of one name one after the other, those of different names in parallel. */
function createQueues(): <T>(name: string, task: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>()
  return async (name, task) => {
    const before = tails.get(name) ?? Promise.resolve()
    const turn = before.then(task, task)
    tails.set(name, turn)
    return turn
  }
}
