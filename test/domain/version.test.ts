import { describe, expect, test } from 'vitest'
import { parseVersion, type Version } from '../../domain/identifiers.js'
import { monthOf, nextCalendarVersion, nextSemanticVersion } from '../../domain/version.js'

const version = (text: string | null): Version | null => (text === null ? null : parseVersion(text))

describe('calendar versions', () => {
  test.each([
    ['2026-11-30T23:30:00Z', 'UTC', { year: 2026, month: 11 }],
    ['2026-11-30T23:30:00Z', 'Europe/Berlin', { year: 2026, month: 12 }],
    ['2027-01-01T02:00:00Z', 'America/New_York', { year: 2026, month: 12 }],
    ['2026-12-31T15:00:00Z', 'Asia/Tokyo', { year: 2027, month: 1 }],
  ])('%s in %s is of %o', (at, timezone, month) => {
    expect(monthOf(at, timezone)).toEqual(month)
  })

  test.each([
    [null, '2026.11.1'],
    ['2026.11.1', '2026.11.2'],
    ['2026.11.9', '2026.11.10'],
    ['2026.11.250', '2026.11.251'],
  ])('after %s comes %s', (highest, next) => {
    expect(nextCalendarVersion({ year: 2026, month: 11 }, version(highest))).toBe(next)
  })
})

describe('semantic versions', () => {
  test.each([
    ['feature', null, '0.1.0'],
    ['hotfix', null, '0.1.0'],
    ['feature', '1.4.2', '1.5.0'],
    ['chore', '1.4.2', '1.5.0'],
    ['fix', '1.4.2', '1.4.3'],
    ['bugfix', '1.4.9', '1.4.10'],
    ['hotfix', '0.1.0', '0.1.1'],
  ])('a %s after %s is %s', (type, highest, next) => {
    expect(nextSemanticVersion(type, version(highest))).toBe(next)
  })

  test('numbers that no version can hold are an error, not a wrong version', () => {
    expect(() => nextSemanticVersion('fix', version('1.0.999999'))).toThrow('out of range')
  })
})
