import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, describe, expect, test } from 'vitest'
import { pickPort } from '../../local/ports.js'
import { startTemporalServer, type TemporalServer } from '../../local/temporal-server.js'
import { cacheFolder } from '../support/cache-folder.js'

const dataFolder = mkdtempSync(join(tmpdir(), 'slipway-test-'))
let server: TemporalServer | null = null

afterAll(async () => {
  await server?.stop()
  rmSync(dataFolder, { recursive: true, force: true })
})

async function withClient<T>(task: (client: Client) => Promise<T>): Promise<T> {
  const { port } = await pickPort(0)
  server = await startTemporalServer({ dataFolder, cacheFolder: cacheFolder(), port, say: () => undefined })
  const connection = await Connection.connect({ address: server.address })
  try {
    return await task(new Client({ connection }))
  } finally {
    await connection.close()
  }
}

describe('Temporal server', () => {
  test('keeps workflows from one start to the next, also when it was killed', async () => {
    await withClient((client) =>
      client.workflow.start('waiting', { workflowId: 'kept', taskQueue: 'nobody' }),
    )
    if (server) process.kill(-server.pid, 'SIGKILL')
    const status = await withClient((client) => client.workflow.getHandle('kept').describe())
    expect(status.status.name).toBe('RUNNING')
    expect(server?.uiAddress).toBeNull()
  })
})
