/** Temporal behind TLS, a client certificate and a key, as a company runs it. */
import { Client, Connection } from '@temporalio/client'
import { temporal } from '@temporalio/proto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pickPort } from '../../local/ports.js'
import { driveOf, withoutPushes } from '../support/drive.js'
import { type Stack, startStack } from '../support/stack.js'
import {
  type Certificates,
  makeCertificates,
  startTemporalFront,
  type TemporalFront,
} from '../support/temporal-front.js'
import { until } from '../support/until.js'

const KEY = 'the-key-of-this-namespace'

let stack: Stack
let certificates: Certificates
let front: TemporalFront

beforeAll(async () => {
  stack = await startStack({ processes: 'none', configure: withoutPushes })
  certificates = makeCertificates()
  front = await startTemporalFront(stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '', certificates, KEY)
})
afterAll(async () => {
  await stack?.close()
  await front?.stop()
  certificates?.remove()
})

const access = (): Record<string, string> => ({
  TEMPORAL_ADDRESS: front.address,
  TEMPORAL_API_KEY: KEY,
  TEMPORAL_TLS_SERVER_CA_CERT_PATH: certificates.file('ca.crt'),
  TEMPORAL_TLS_CLIENT_CERT_PATH: certificates.file('client.crt'),
  TEMPORAL_TLS_CLIENT_KEY_PATH: certificates.file('client.key'),
})

/** Of a company that shares a namespace among many programs. */
const shared = { SLIPWAY_TASK_QUEUE_PREFIX: 'payments-', SLIPWAY_TEMPORAL_SEARCH_ATTRIBUTES: 'true' }
const KEYWORD = temporal.api.enums.v1.IndexedValueType.INDEXED_VALUE_TYPE_KEYWORD

test('[T.3] bot and worker reach Temporal by TLS with certificate and key, and a release goes its way', async () => {
  const connection = await Connection.connect({ address: stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '' })
  const { port } = await pickPort(0)
  const metrics = { SLIPWAY_TEMPORAL_METRICS_PORT: String(port) }
  await expect(stack.start('not-searchable', 'bot', { ...access(), ...shared })).rejects.toThrow(
    /no search attribute SlipwayApp and SlipwayEnvironment → temporal operator search-attribute create/,
  )
  await connection.operatorService.addSearchAttributes({
    namespace: 'default',
    searchAttributes: { SlipwayApp: KEYWORD, SlipwayEnvironment: KEYWORD },
  })
  await stack.start('bot', 'bot', { ...access(), ...shared })
  await stack.start('worker', 'worker', { ...access(), ...shared, ...metrics })
  const drive = driveOf(stack)
  const version = await drive.cut('Behind TLS')
  await drive.reaches(version, 'integration', 'accepted')
  await drive.promote(version, 'staging')
  await drive.reaches(version, 'staging', 'awaiting_acceptance')

  const query = "SlipwayApp = 'shop' and SlipwayEnvironment = 'staging'"
  const found = await until('the environment among what can be searched', async () => {
    const all = []
    for await (const one of new Client({ connection }).workflow.list({ query })) all.push(one)
    return all.length > 0 && all
  })
  const shown = await (await fetch(`http://127.0.0.1:${port}/metrics`)).text()
  await connection.close()

  expect(found.map(({ workflowId, taskQueue }) => [workflowId, taskQueue])).toEqual([
    ['environment/shop/staging', 'payments-slipway'],
  ])
  for (const queue of ['slipway', 'stages', 'builds']) {
    expect(shown).toMatch(new RegExp(`temporal_\\w+{[^}]*task_queue="payments-${queue}"`))
  }
  expect(stack.log()).not.toContain(KEY)
})

describe('[T.3] what is wrong with the sign-in is said in words, and ends the start:', () => {
  const without = (...names: readonly string[]): Record<string, string> => ({
    ...access(),
    ...Object.fromEntries(names.map((name) => [name, ''])),
  })

  test.each([
    [
      'a wrong key',
      () => ({ ...access(), TEMPORAL_API_KEY: 'a-key-that-is-not-the-right-one' }),
      /does not let us in \(.*unauthorized.*TEMPORAL_API_KEY/,
    ],
    ['no key', () => without('TEMPORAL_API_KEY'), /does not let us in .*TEMPORAL_API_KEY/],
    [
      'no client certificate',
      () => without('TEMPORAL_TLS_CLIENT_CERT_PATH', 'TEMPORAL_TLS_CLIENT_KEY_PATH'),
      /client certificate.*TEMPORAL_TLS_CLIENT_CERT_PATH/,
    ],
    [
      'an authority that is not known',
      () => without('TEMPORAL_TLS_SERVER_CA_CERT_PATH'),
      /not trusted.*TEMPORAL_TLS_SERVER_CA/,
    ],
    [
      'another name',
      () => ({ ...access(), TEMPORAL_TLS_SERVER_NAME: 'temporal.example.com' }),
      /not trusted.*TEMPORAL_TLS_SERVER_NAME/,
    ],
    ['no TLS', () => ({ TEMPORAL_ADDRESS: front.address }), /speaks TLS → set TEMPORAL_TLS=true/],
    [
      'TLS where there is none',
      () => ({ ...access(), TEMPORAL_ADDRESS: stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '' }),
      /speaks no TLS/,
    ],
  ])('%s', async (what, variables, says) => {
    const { port } = await pickPort(0)
    const start = stack.start(`with-${what.replaceAll(' ', '-')}`, 'bot', {
      ...variables(),
      SLIPWAY_HTTP_PORT: String(port),
    })

    await expect(start).rejects.toThrow(says)
    await expect(start).rejects.not.toThrow(/at .*\.js:\d+/)
  })
})
