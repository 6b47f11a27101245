/** The unit tests' processes refuse servers, so that these tests stay fast and need nothing installed. */
import { createServer as createHttp } from 'node:http'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { pickPort } from '../../local/ports.js'
import { bothDatabases } from '../support/databases.js'

const refusal = /name its file \*\.stack\.test\.ts/

test('[O.7] nothing listens in a unit test, on a port or a path', () => {
  expect(() => createHttp().listen(0, '127.0.0.1')).toThrow(refusal)
  expect(() => createServer().listen(join(tmpdir(), 'slipway-socket'))).toThrow(refusal)
})

test('[O.7] and what starts PostgreSQL, Temporal or another server finds no port for it', async () => {
  await expect(pickPort(0)).rejects.toThrow(refusal)
  for (const { start } of bothDatabases()) await expect(start()).rejects.toThrow(refusal)
})
