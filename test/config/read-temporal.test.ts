import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { formatSettingProblems, readLocalEnvironment, readWorkerEnvironment } from '../../config.js'

const folder = mkdtempSync(join(tmpdir(), 'slipway-temporal-'))
afterAll(() => rmSync(folder, { recursive: true }))
const file = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text)
  return join(folder, name)
}

const basic = { DATABASE_URL: 'postgres://u:p@db/slipway', TEMPORAL_ADDRESS: 'temporal:7233' }
function read(env: NodeJS.ProcessEnv) {
  const reading = readWorkerEnvironment({ ...basic, ...env })
  if (reading.kind === 'problems') return formatSettingProblems(reading.problems)
  const { temporalAddress, temporalNamespace, temporalAccess } = reading.settings
  return { address: temporalAddress, namespace: temporalNamespace, ...temporalAccess }
}

const profile = '[profile.prod]\naddress = "cloud:7233"\nnamespace = "acme.prod"\napi_key = "from-the-file"\n'

describe('Temporal’s own environment variables', () => {
  test('without any: no TLS and no key', () => {
    expect(read({})).toEqual({ address: 'temporal:7233', namespace: 'default' })
  })

  test('a key turns TLS on; empty ones, as compose files leave them, do not', () => {
    expect(read({ TEMPORAL_API_KEY: 'a key of sixteen', TEMPORAL_NAMESPACE: 'acme' })).toMatchObject({
      apiKey: 'a key of sixteen',
      tls: true,
      namespace: 'acme',
    })
    expect(read({ TEMPORAL_API_KEY: '', TEMPORAL_TLS: '', TEMPORAL_NAMESPACE: '' })).toEqual(read({}))
  })

  test.each(['true', '1', 'yes'])('TEMPORAL_TLS=%s is TLS', (TEMPORAL_TLS) => {
    expect(read({ TEMPORAL_TLS })).toHaveProperty('tls')
  })

  test.each(['false', '0', 'no'])('TEMPORAL_TLS=%s is none', (TEMPORAL_TLS) => {
    expect(read({ TEMPORAL_TLS })).not.toHaveProperty('tls')
  })

  test('certificates by path or as they are, also on one line', () => {
    const key = file('client.key', 'the key')
    const { tls } = read({
      TEMPORAL_TLS_CLIENT_CERT_DATA: 'the\\ncertificate',
      TEMPORAL_TLS_CLIENT_KEY_PATH: key,
    }) as { tls: { clientCertPair: { crt: Uint8Array; key: Uint8Array } } }

    expect(Buffer.from(tls.clientCertPair.crt).toString()).toBe('the\ncertificate')
    expect(Buffer.from(tls.clientCertPair.key).toString()).toBe('the key')
  })

  test('a profile file only where it or its profile is named; variables win', () => {
    mkdirSync(join(folder, '.config/temporalio'), { recursive: true })
    file('.config/temporalio/temporal.toml', profile.replace('prod]', 'default]'))
    const HOME = folder
    const TEMPORAL_CONFIG_FILE = file('temporal.toml', profile)

    expect(read({ HOME })).toEqual(read({}))
    expect(read({ HOME, TEMPORAL_ADDRESS: '', TEMPORAL_PROFILE: 'default' })).toMatchObject({
      address: 'cloud:7233',
    })
    expect(read({ TEMPORAL_CONFIG_FILE, TEMPORAL_PROFILE: 'prod' })).toMatchObject({
      ...{ address: 'temporal:7233', namespace: 'acme.prod', apiKey: 'from-the-file', tls: true },
    })
  })

  test.each([
    [{ TEMPORAL_ADDRESS: '' }, /^TEMPORAL_ADDRESS: is not set/],
    [{ TEMPORAL_TLS: 'perhaps' }, /^TEMPORAL_TLS: is neither true nor false/],
    [{ TEMPORAL_TLS_SERVER_CA_CERT_PATH: '/none' }, /^TEMPORAL_TLS_SERVER_CA_CERT_PATH: .*not there/],
    [{ TEMPORAL_CONFIG_FILE: '/none' }, /^TEMPORAL_CONFIG_FILE: .*not there/],
    [{ TEMPORAL_TLS_CLIENT_KEY_DATA: 'x' }, /^TEMPORAL_TLS_CLIENT_CERT_PATH: is not set, though/],
    [{ TEMPORAL_TLS_CLIENT_CERT_DATA: 'x' }, /^TEMPORAL_TLS_CLIENT_KEY_PATH: is not set, though/],
    [{ TEMPORAL_TLS_DISABLE_HOST_VERIFICATION: 'true' }, /is not supported → name the authority/],
    [{ TEMPORAL_CODEC_ENDPOINT: 'http://x' }, /is not supported/],
    [{ TEMPORAL_PROFILE: 'none', HOME: '/none' }, /^TEMPORAL_PROFILE: cannot be used: .*'none' not found/],
    [
      { TEMPORAL_CONFIG_FILE: file('bad.toml', '[profile.default]\nadress = "x"\n') },
      /^TEMPORAL_CONFIG_FILE: .*adress/,
    ],
  ])('%j is a mistake of one line', (env, says) => {
    expect(read(env)).toMatch(says)
    expect(read(env)).not.toMatch(/\n/)
  })

  test('count for nothing where the server is started here', () => {
    const local = readLocalEnvironment({
      TEMPORAL_TLS: 'true',
      TEMPORAL_API_KEY: 'a key of sixteen',
      TEMPORAL_NAMESPACE: 'acme',
    })

    expect(local).toMatchObject({
      kind: 'ok',
      settings: { temporalAddress: null, temporalNamespace: 'default', temporalAccess: {} },
    })
  })
})
