/** A worker that starts while what it needs is away waits for it. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { awaitSurroundings } from '../../compose/worker.js'
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
