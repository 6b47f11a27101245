import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { formatSettingProblems, ownSecrets, readWorkerEnvironment } from '../../config.js'

const basic = { DATABASE_URL: 'postgres://u:p@db/slipway', TEMPORAL_ADDRESS: 'temporal:7233' }
const keyed = (bytes: Buffer): string => bytes.toString('base64')

function read(keys: string) {
  const reading = readWorkerEnvironment({ ...basic, SLIPWAY_ENCRYPTION_KEYS: keys })
  return reading.kind === 'ok' ? reading.settings.encryption : formatSettingProblems(reading.problems)
}

describe('[T.12] SLIPWAY_ENCRYPTION_KEYS', () => {
  const [one, two] = [randomBytes(32), randomBytes(32)]

  test('lists keys with their names, the first of which encrypts; plain says what happens to what is not encrypted', () => {
    const keys = [
      { id: '2026-11', key: one },
      { id: 'b', key: two },
    ]
    const list = `2026-11:${keyed(one)}, b:${keyed(two)}`

    expect(read('')).toBeNull()
    expect(read(list)).toEqual({ keys, plain: 'refused' })
    expect(read(`${list},plain`)).toEqual({ keys, plain: 'read' })
    expect(read(`plain,${list}`)).toEqual({ keys, plain: 'written' })
  })

  test.each([
    ['no name', keyed(one), /^SLIPWAY_ENCRYPTION_KEYS: has an entry without a name/],
    ['an empty name', `:${keyed(one)}`, /has an entry whose name is not/],
    ['a name of several words', `two words:${keyed(one)}`, /has an entry whose name is not/],
    ['the name plain', `plain:${keyed(one)}`, /has an entry whose name is not/],
    ['a key that is too short', `a:${keyed(one.subarray(1))}`, /has no 32 bytes in base64 after a:/],
    ['a key that is too long', `a:${keyed(Buffer.concat([one, two]))}`, /has no 32 bytes in base64 after a:/],
    ['a key in hex', `a:${one.toString('hex')}`, /has no 32 bytes in base64 after a:/],
    ['a placeholder', 'a:change-me', /has no 32 bytes in base64 after a:/],
    ['a comma at the end', `a:${keyed(one)},`, /has an entry without a name/],
    ['the same name twice', `a:${keyed(one)},a:${keyed(two)}`, /has two entries with the same name/],
    ['plain twice', `plain,a:${keyed(one)},plain`, /has two entries with the same name/],
    ['no key', 'plain', /has no key/],
  ])('with %s is refused, and not repeated', (_, keys, says) => {
    const problem = read(keys)

    expect(problem).toMatch(says)
    expect(problem).toMatch(/→ set for example 2026-11:KEY, .*openssl rand -base64 32/)
    for (const bytes of [one, two]) expect(problem).not.toContain(keyed(bytes).slice(0, 8))
  })

  test('names keys that are redacted wherever text is shown', () => {
    const secrets = ownSecrets({ SLIPWAY_ENCRYPTION_KEYS: `a:${keyed(one)}, b:${keyed(two)},plain` })
    expect([...new Set(secrets)]).toEqual([keyed(one), keyed(two)])
  })
})
