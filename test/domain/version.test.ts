import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { parseVersion, type Version } from '../../domain/identifiers.js'
import {
  bumpOfType,
  type Cut,
  compareCuts,
  compareVersions,
  higherVersion,
  leapsTooFar,
  monthIn,
  monthOf,
  nextCalendarVersion,
  nextSemanticVersion,
  taggedVersions,
} from '../../domain/version.js'
import { sure } from '../support/lane.js'

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

  test('name the month they are of', () => {
    expect(monthIn(sure(version('2026.11.3')))).toEqual({ year: 2026, month: 11 })
  })

  test.each([
    [null, '2026.11.1'],
    ['2026.11.1', '2026.11.2'],
    ['2026.11.9', '2026.11.10'],
    ['2026.11.250', '2026.11.251'],
    ['2026.11.999999', null],
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
    expect(nextSemanticVersion(bumpOfType(type), version(highest))).toBe(next)
  })

  test.each([
    ...['fix', 'bugfix', 'hotfix'].map((type) => [type, 'patch']),
    ...['feature', 'chore', ''].map((type) => [type, 'minor']),
  ])('a %s raises the %s number', (type, bump) => {
    expect(bumpOfType(type ?? '')).toBe(bump)
  })

  test.each([
    ['major', '1.4.2', '2.0.0'],
    ['major', '0.4.2', '0.5.0'],
    ['minor', '0.4.2', '0.5.0'],
    ['patch', '0.4.2', '0.4.3'],
  ] as const)('commits that ask for %s raise %s to %s', (bump, highest, next) => {
    expect(nextSemanticVersion(bump, version(highest))).toBe(next)
  })

  test('pass over what only a candidate’s tag names', () => {
    const skip = ['1.5.0', '1.6.0'].flatMap((text) => version(text) ?? [])

    expect(nextSemanticVersion('minor', version('1.4.2'), skip)).toBe('1.7.0')
    expect(nextSemanticVersion('patch', version('1.4.2'), skip)).toBe('1.4.3')
  })

  test.each([
    ['fix', '1.0.999999', '1.1.0'],
    ['feature', '1.999999.3', '2.0.0'],
    ['fix', '1.999999.999999', '2.0.0'],
    ['feature', '999999.999999.0', null],
  ])('where numbers are used up, a %s after %s is %s', (type, highest, next) => {
    expect(nextSemanticVersion(bumpOfType(type), version(highest))).toBe(next)
  })
})

describe('a typed version', () => {
  test.each([
    ['calendar', '2026.11.999999', '2026.11.3', true],
    ['calendar', '2026.11.1003', '2026.11.3', false],
    ['calendar', '2026.11.1004', '2026.11.3', true],
    ['calendar', '2026.11.2', '2026.11.3', false],
    ['calendar', '2027.1.1', null, false],
    ['calendar', '2027.1.1001', null, true],
    ['calendar', '2026.9.2000', '2026.10.5', true],
    ['calendar', '2026.9.1000', '2026.10.5', false],
    ['calendar', '2025.10.2000', '2026.10.5', true],
    ['calendar', '2026.10.1', '2026.11.2000', false],
    ['semver', '1.2.5000', '1.2.5000', false],
    ['semver', '1.2000.3', '1.4.2', true],
    ['semver', '0.0.0', null, false],
    ['semver', '0.0.1001', null, true],
    ['semver', '1001.0.0', '1.4.2', false],
    ['semver', '1002.0.0', '1.4.2', true],
    ['semver', '2.0.999999', '1.4.2', true],
    ['semver', '2.999999.0', '1.4.2', true],
    ['semver', '1.0.999999', '1.4.2', false],
    ['semver', '2026.11.3', null, true],
    ['semver', '1.0.0', null, false],
  ] as const)('of %s, %s after %s: too far %s', (versioning, typed, highest, expected) => {
    expect(leapsTooFar(sure(version(typed)), versioning, version(highest))).toBe(expected)
  })

  test.each(['calendar', 'semver'] as const)('of %s always leaves versions to follow', (versioning) => {
    const number = fc.oneof(fc.integer({ min: 0, max: 1_002 }), fc.integer({ min: 0, max: 999_999 }))
    const anyVersion = fc.tuple(number, number, number).map((numbers) => sure(version(numbers.join('.'))))
    fc.assert(
      fc.property(anyVersion, (typed) => {
        if (leapsTooFar(typed, versioning, null)) return
        const [year = 0, month = 0] = typed.split('.').map(Number)
        const next =
          versioning === 'semver'
            ? nextSemanticVersion('minor', typed)
            : nextCalendarVersion({ year, month }, typed)
        expect(next).not.toBeNull()
      }),
    )
  })
})

describe('the versions that tags name', () => {
  const found = (...names: readonly string[]) =>
    names.flatMap((name) => {
      const [text = '', candidate] = name.split('-rc.')
      const parsed = version(text)
      return parsed === null ? [] : [{ version: parsed, candidate: candidate === undefined ? null : 1 }]
    })
  const november = { year: 2026, month: 11 }

  test('of a month count for its next number, candidates included', () => {
    const names = found('2026.11.9', '2026.11.10-rc.1', '2026.10.40', '2026.12.1', '1.0.0')

    expect(taggedVersions(names, 'calendar', november)).toEqual({ highest: '2026.11.10', skip: [] })
  })

  test('of a series begin at the highest release; higher candidates are passed over', () => {
    const names = found('0.29.5', '0.29.10', '0.30.0-rc.1', '0.1.0-rc.1', '0.30.0-rc.2')

    expect(taggedVersions(names, 'semver', november)).toEqual({ highest: '0.29.10', skip: ['0.30.0'] })
  })

  test('are none where only candidates have one: all are passed over', () => {
    const names = found('0.3.0-rc.1', '0.2.0-rc.1')
    expect(taggedVersions(names, 'semver', november)).toEqual({ highest: null, skip: ['0.3.0', '0.2.0'] })
    expect(taggedVersions([], 'semver', november)).toEqual({ highest: null, skip: [] })
  })

  test('of another year do not count for a month', () => {
    const names = found('2025.11.40', '2026.11.2', '2027.11.1')
    expect(taggedVersions(names, 'calendar', november)).toEqual({ highest: '2026.11.2', skip: [] })
  })

  test('are passed over five hundred at most', () => {
    const names = found(...Array.from({ length: 501 }, (_, index) => `1.${index}.0-rc.1`))
    expect(taggedVersions(names, 'semver', november).skip).toHaveLength(500)
  })

  test('are compared by number', () => {
    const sorted = found('1.10.0', '1.9.0', '1.9.10', '1.9.2').toSorted((one, other) =>
      compareVersions(one.version, other.version),
    )

    expect(sorted.map((one) => one.version)).toEqual(['1.9.0', '1.9.2', '1.9.10', '1.10.0'])
  })
})

describe('which came later', () => {
  test.each([
    ['1.2.3', '1.2.3', 0],
    ['1.2.3', '1.2.10', -7],
    ['1.3.0', '1.2.10', 1],
    ['2.0.0', '1.9.9', 1],
  ])('%s against %s: %d', (one, other, wanted) => {
    expect(compareVersions(one, other)).toBe(wanted)
  })

  const cut = (text: string | null, candidate: number | null = 1): Cut => ({ version: text, candidate })
  test.each<[Cut, Cut, number | null]>([
    [cut('1.2.0'), cut('1.3.0'), -1],
    [cut('1.3.0', 1), cut('1.2.0', 9), 1],
    [cut('1.2.0', 3), cut('1.2.0', 1), 2],
    [cut('1.2.0', 1), cut('1.2.0', 3), -2],
    [cut('1.2.0', null), cut('1.2.0', 2), -2],
    [cut('1.2.0', 2), cut('1.2.0', null), 2],
    [cut('1.2.0'), cut('1.2.0'), 0],
    [cut(null), cut('1.2.0'), null],
    [cut('1.2.0'), cut(null), null],
    [cut(null), cut(null), null],
  ])('of cuts %j and %j: %s', (one, other, wanted) => {
    expect(compareCuts(one, other)).toBe(wanted)
  })

  test.each([
    ['1.2.0', '1.10.0', '1.10.0'],
    ['1.10.0', '1.2.0', '1.10.0'],
    ['1.2.0', null, '1.2.0'],
    [null, '1.2.0', '1.2.0'],
    [null, null, null],
  ])('the higher of %s and %s is %s', (one, other, wanted) => {
    expect(higherVersion(version(one), version(other))).toBe(wanted)
  })
})
