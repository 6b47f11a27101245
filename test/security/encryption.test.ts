/** Temporal holds only what is encrypted: turned on while releases run, with a wrong key, and with a new one. */
import { randomBytes } from 'node:crypto'
import { dirname, join } from 'node:path'
import { Client, Connection } from '@temporalio/client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { dataConverterOf } from '../../compose/payload-codec.js'
import type { EncryptionKey } from '../../config.js'
import { pickPort } from '../../local/ports.js'
import { bundleWorkflows } from '../../tools/bundle-workflows.js'
import { COMPILED_MAIN } from '../support/compiled-main.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { allHistories } from '../support/histories.js'
import { type Stack, startStack } from '../support/stack.js'

const keyNamed = (id: string): EncryptionKey => ({ id, key: randomBytes(32) })
const [a, b] = [keyNamed('a'), keyNamed('b')]
const ENCRYPTED = 'binary/encrypted'
const written = ({ id, key }: EncryptionKey): string => `${id}:${Buffer.from(key).toString('base64')}`

let stack: Stack
let drive: Drive
let begun: string
let ended: string

beforeAll(async () => {
  const bundle = join(dirname(process.env[COMPILED_MAIN] ?? ''), 'workflow-bundle-encrypting.js')
  await bundleWorkflows(join(import.meta.dirname, '../../workflows/index.ts'), bundle)
  stack = await startStack({ processes: 'none', configure: withoutPushes })
  drive = driveOf(stack)
})
afterAll(async () => stack?.close())

const temporal = (): string => stack.embedded.variables['TEMPORAL_ADDRESS'] ?? ''

async function restart(...keys: readonly string[]): Promise<void> {
  await stack.processes.get('slipway')?.stop()
  await stack.start('slipway', 'all', { SLIPWAY_ENCRYPTION_KEYS: keys.join(',') })
}

/** A second process, which does not start. */
async function refusal(...keys: readonly string[]): Promise<void> {
  const { port } = await pickPort(0)
  const variables = { SLIPWAY_ENCRYPTION_KEYS: keys.join(','), SLIPWAY_HTTP_PORT: String(port) }
  await stack.start('refused', 'bot', variables)
}

/** What an order is answered that no workflow knows. */
async function askNonsense(workflowId: string, keys: readonly EncryptionKey[]): Promise<string> {
  const connection = await Connection.connect({ address: temporal() })
  const client = new Client({ connection, dataConverter: dataConverterOf({ keys, plain: 'refused' }) })
  const answer = client.workflow.getHandle(workflowId).executeUpdate('nonsense', { args: ['an apricot'] })
  const why = await answer.then(String, (error: unknown) => String(error instanceof Error && error.cause))
  await connection.close()
  return why
}

test('[T.12] it is turned on while a release runs: with plain what began before can be read, and goes on', async () => {
  await restart()
  begun = await drive.cut('Begun with quinces')
  await drive.reaches(begun, 'integration', 'accepted')
  await drive.promote(begun, 'staging')
  await drive.reaches(begun, 'staging', 'awaiting_acceptance')

  await expect(refusal(written(a))).rejects.toThrow(
    /The data of .*environment\/shop\/\w+.* cannot be read: it is not encrypted → put plain at the end of SLIPWAY_ENCRYPTION_KEYS/,
  )
  expect((await allHistories(temporal())).join('\n')).toContain('quinces')

  await restart(written(a), 'plain')
  await drive.accept(begun)
  await drive.reaches(begun, 'staging', 'accepted')
})

test('[T.12] what a release is about, does and fails with cannot be read in Temporal', async () => {
  await drive.commit({ of: 'the medlars' })
  ended = await drive.cut('Sell medlars')
  await drive.reaches(ended, 'integration', 'accepted')
  await drive.commit({ patch: 'fail' })
  const failed = await drive.cut('More medlars')
  await drive.reaches(failed, 'integration', 'failed')
  const answer = await askNonsense('environment/shop/staging', [a])

  const histories = await allHistories(temporal())
  const begunEncrypted = histories.filter((one) => /"encoding":"([^"]+)"/.exec(one)?.[1] === ENCRYPTED)
  expect(answer).toContain('There is no order nonsense')
  for (const content of ['medlars', 'this commit ends patch', 'There is no order', 'apricot'])
    expect(histories.join('\n')).not.toContain(content)
  expect(histories.join('\n')).toContain('"message":"Encoded failure"')
  expect(begunEncrypted.length).toBeGreaterThan(2)
  expect(begunEncrypted.join('\n')).not.toMatch(/alice@|U01ALICE|"encoding":"json/)
  expect(stack.log()).not.toContain(written(a).slice(2))
})

test('[T.12] a process that cannot read what runs does not start, and says why', async () => {
  await expect(refusal()).rejects.toThrow(/encrypted with the key a, which SLIPWAY_ENCRYPTION_KEYS lacks/)
  await expect(refusal(written(b), 'plain')).rejects.toThrow(/key a, which .* lacks → put that key back/)
  await expect(refusal(written({ ...b, id: 'a' }), 'plain')).rejects.toThrow(/the key a does not open it/)
})

test('[T.12] a release that began under one key ends under the next, which encrypts from then on', async () => {
  await restart(written(b), written(a), 'plain')
  await drive.promote(ended, 'staging')
  await drive.reaches(ended, 'staging', 'awaiting_acceptance')
  await drive.accept(ended)
  await drive.reaches(ended, 'staging', 'accepted')
  const answer = await askNonsense('environment/shop/staging', [b, a])

  const histories = (await allHistories(temporal())).join('\n')
  expect(answer).toContain('There is no order nonsense')
  for (const content of ['medlars', 'There is no order', 'apricot']) expect(histories).not.toContain(content)
  for (const id of ['a', 'b']) expect(histories).toContain(`"encryption-key-id":"${id}"`)
})
