import { sql } from 'kysely'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { environmentConfigurer, withTodaysApps } from '../../compose/environments.js'
import { readEnvironments } from '../../db/queries/environments.js'
import { saveApps, saveConfiguration } from '../../db/repositories/apps.js'
import { saveEnvironments } from '../../db/repositories/save-environments.js'
import type { EnvironmentRecord } from '../../domain/change.js'
import type { Configuration } from '../../domain/configuration.js'
import { environmentRecord, newEnvironment } from '../../domain/environment/record.js'
import type { EnvironmentState } from '../../domain/environment/state.js'
import type { AppName } from '../../domain/identifiers.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { environmentWorkflowId } from '../../workflows/workflow-ids.js'
import { anApp } from '../support/app-definition.js'
import { countStatements } from '../support/counted-statements.js'
import { sure } from '../support/lane.js'
import { type ReadyDatabase, readyDatabase } from '../support/open-database.js'
import { at, change } from '../support/pipeline-rows.js'

const defined = anApp()
const silent = { warn: () => undefined }
let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

/** A configuration with so many apps, in which some differ from what the others have. */
function configured(hash: string, changes: Readonly<Record<string, Partial<AppDefinition>>>): Configuration {
  const apps = Object.entries(changes).map(([name, given]) => ({
    ...{ ...defined, name: name as AppName, configHash: hash },
    ...given,
  }))
  return { hash, text: hash, apps } as unknown as Configuration
}

async function publish(configuration: Configuration): Promise<void> {
  await saveConfiguration(database.db, configuration)
  await saveApps(database.db, configuration.apps, at)
  await saveEnvironments(database.db, configuration.apps)
}

/** Has the workflow of an environment record that it goes by a configuration. */
async function use(
  { apps }: Configuration,
  place: string,
  given: Partial<EnvironmentState> = {},
  shown: Partial<EnvironmentRecord> = {},
): Promise<void> {
  const [app, environment] = place.split(' ')
  const found = sure(apps.find(({ name }) => name === app))
  const definition = sure(found.environments.find(({ name }) => name === environment))
  const seq = 1 + (given.seq ?? 0)
  const state = { ...newEnvironment(found, definition), ...given, seq }
  await change(database.db, {
    app: found.name,
    environment: { ...environmentRecord(state), ...shown },
    workflow: { id: environmentWorkflowId(found.name, definition.name), state },
  })
}

describe('what environments are told of a configuration', () => {
  const told: string[] = []
  let deaf: string | null = null
  beforeEach(() => {
    told.length = 0
    deaf = null
  })
  const configurer = () =>
    environmentConfigurer({
      db: database.db,
      log: silent,
      gateway: {
        wake: async (app, name) => {
          if (name === deaf) throw new Error('It does not answer')
          told.push(`${app.name} ${name}`)
        },
      },
    })

  const channel = 'C02OTHER' as AppDefinition['channel']
  const first = configured('one', { north: {}, south: {} })
  const second = configured('two', { north: { channel }, south: {} })

  test('[P.6] no workflow is started for an environment that was never used', async () => {
    await publish(first)
    await configurer()(first)

    expect(told).toEqual([])
    expect(await readEnvironments(database.db, ...first.apps.map(({ name }) => name))).toHaveLength(6)
  })

  test('[P.6] only those that go by another definition of their app are told, each once', async () => {
    await publish(first)
    for (const name of ['integration', 'production']) await use(first, `north ${name}`)
    await use(first, 'south integration')
    await publish(second)
    const configure = configurer()
    deaf = 'production'

    await configure(second)
    await configure(second)
    expect(told).toEqual(['north integration'])

    deaf = null
    await configure(second)
    expect(told).toEqual(['north integration', 'north production'])
    // One that recorded that it took it is not told by anybody.
    for (const name of ['integration', 'production']) await use(second, `north ${name}`, { seq: 1 })
    await configurer()(second)
    expect(told).toHaveLength(2)
  })

  test('[P.6] what an older Slipway recorded is told, which read less out of the same text', async () => {
    await publish(first)
    await use(first, 'south staging', { stateVersion: 0 as EnvironmentState['stateVersion'], seq: 5 })
    await configurer()(first)

    expect(told).toContain('south staging')
  })

  test('a preview that waits for a place is told of every configuration, and asks again; one that has it does not', async () => {
    await publish(first)
    const { detail } = environmentRecord(newEnvironment(sure(first.apps[0]), sure(defined.environments[0])))
    for (const [name, granted] of [
      ['pr-1', false],
      ['pr-2', true],
    ] as const) {
      const place = { granted, ahead: 1, living: 1, most: 1 }
      const shown = { name: name as never, detail: { ...detail, preview: true, place } as typeof detail }
      await use(first, 'north integration', {}, { ...shown, state: 'absent' })
    }
    await configurer()(first)

    expect(told.filter((one) => one.includes('pr-'))).toEqual(['north pr-1'])
  })

  test('one that is taken out of the configuration is told while it is there', async () => {
    const [integration, staging, production] = defined.environments
    const all = configured('all', { east: {} })
    await publish(all)
    await use(all, 'east staging')
    await use(all, 'east production', {}, { state: 'failed' })
    const less = configured('less', { east: { environments: [sure(integration)] } })
    await publish(less)
    await configurer()(less)

    expect([staging, production].map((one) => one?.name)).toEqual(['staging', 'production'])
    expect(told).toEqual(['east production'])
  })
})

test('[P.6] apps and environments are written in as many statements for 50 apps as for one', async () => {
  const { db, of } = countStatements(database.db)
  const save = async (count: number): Promise<void> => {
    const changes = Object.fromEntries([...Array(count).keys()].map((index) => [`app-${index}`, {}]))
    const { apps } = configured('many', changes)
    await saveApps(db, apps, at)
    await saveEnvironments(db, apps)
  }

  expect(await of(() => save(1))).toBe(2)
  expect(await of(() => save(50))).toBe(2)
})

test('[P.6] a start writes nothing of environments that are as they were', async () => {
  const versions = async (): Promise<readonly string[]> => {
    const { rows } = await sql<{ readonly xmin: string }>`
      select xmin::text from environments where app = 'quiet' order by name`.execute(database.db)
    return rows.map(({ xmin }) => xmin)
  }
  const [first, ...others] = defined.environments
  await publish(configured('quiet', { quiet: {} }))
  const before = await versions()

  await publish(configured('again', { quiet: {} }))
  expect(await versions()).toEqual(before)
  const environments = [{ ...sure(first), mode: 'approval' as const }, ...others]
  await publish(configured('changed', { quiet: { environments } }))
  expect((await versions()).map((version, index) => version === before[index])).toEqual([false, true, true])
})

test('an environment that an order starts goes by the configuration of now, where that has it', async () => {
  const cut = configured('cut', { shop: {} })
  const without = configured('now', { shop: { environments: defined.environments.slice(0, 1) } })
  const asked: string[] = []
  const door = withTodaysApps(
    {
      enqueue: async (app, { environment }) => void asked.push(`${environment} by ${app.configHash}`),
      judge: async (app, name) => void asked.push(`${name} by ${app.configHash}`),
      report: async () => undefined,
    },
    () => without,
  )
  const [app] = cut.apps
  for (const { name } of defined.environments.slice(0, 2)) {
    await door.enqueue(sure(app), { environment: name } as never)
    await door.judge(sure(app), name, {} as never)
  }

  expect(asked).toEqual(['integration by now', 'integration by now', 'staging by cut', 'staging by cut'])
})
