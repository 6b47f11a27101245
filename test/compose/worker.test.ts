/** A worker that starts while what it needs is away waits for it; what is about to come is begun. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { awaitSurroundings, openActivities } from '../../compose/worker.js'
import { buildContent } from '../../workflows/activities/workspace-content.js'
import { anApp } from '../support/app-definition.js'
import { commitOf } from '../support/lane.js'
import { until } from '../support/until.js'

test('[R.3] PostgreSQL that ends a connection, and Temporal that does not answer, are waited for', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'slipway-start-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  let asked = 0
  const query = {
    select: () => query,
    executeTakeFirstOrThrow: async () => {
      if (++asked === 1) throw new Error('Connection terminated unexpectedly')
      return { id: 'installation' }
    },
  }
  const said: string[] = []
  const closing = new AbortController()
  const settings = {
    ...{ dataFolder: folder, artifactsFolder: join(folder, 'artifacts') },
    ...{ artifactsShared: false, artifactsBucket: null },
    // A port of the system, where nothing listens.
    temporalAddress: '127.0.0.1:1',
  }
  const starting = awaitSurroundings({
    settings: settings as never,
    db: { selectFrom: () => query } as never,
    log: { warn: (_: unknown, words: string) => void said.push(words) } as never,
    signal: closing.signal,
  })
  await until('both to be waited for', () => said.length >= 2)
  closing.abort()

  await expect(starting).rejects.toThrow('aborted')
  expect(said.slice(0, 2)).toEqual([
    'PostgreSQL does not answer yet; trying again',
    'Temporal does not answer yet; trying again',
  ])
})

test('a stage that is about to come is announced to its runner, and its files are made', async () => {
  const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-foreseen-'))
  onTestFinished(() => rmSync(dataFolder, { recursive: true, force: true }))
  const foreseen: unknown[] = []
  const { foresee } = openActivities(
    {
      ...{
        settings: { dataFolder, configFile: 'slipway.yml' } as never,
        environment: {},
        secrets: {} as never,
        db: {} as never,
      },
      ...{ log: {} as never, gateway: {} as never, github: null, forge: null },
      ...{ configuration: () => ({}) as never, sandbox: { kind: 'none' } as never },
    },
    {
      ...{ host: 'here', artifacts: {} as never },
      runners: { get: () => null as never, foresee: (stage) => foreseen.push(stage) },
    },
  )
  const { name, repository: url, trunk, build } = anApp()
  const stage = { app: name, run: build.stage.run }
  foresee(stage, null)
  expect(foreseen).toEqual([stage])
  foresee(stage, buildContent({ repository: { app: name, url, trunk }, commit: commitOf(1) }, 'none'))

  expect(foreseen).toEqual([stage, stage])
  await until('the folder', () => readdirSync(join(dataFolder, 'work/ahead')).length === 1)
})
