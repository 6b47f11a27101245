import { describe, expect, test } from 'vitest'
import { readDay, readTime } from '../../../bot/orders/read-time.js'

/** A Wednesday. */
const now = '2026-11-04T10:00:00.000Z'
const read = (text: string, timezone = 'UTC', at = now) => readTime(text, { now: at, timezone })

describe('[U.6] what people type after for and until', () => {
  test.each([
    ['2h', '2026-11-04T12:00:00.000Z'],
    ['1h30m', '2026-11-04T11:30:00.000Z'],
    ['2 h', '2026-11-04T12:00:00.000Z'],
    ['17:00', '2026-11-04T17:00:00.000Z'],
    ['fri 17:00', '2026-11-06T17:00:00.000Z'],
    ['Friday 5pm', '2026-11-06T17:00:00.000Z'],
    ['tomorrow 9am', '2026-11-05T09:00:00.000Z'],
    ['tomorrow', '2026-11-05T23:59:00.000Z'],
    ['2026-12-24 18:00', '2026-12-24T18:00:00.000Z'],
  ])('%s', (text, instant) => {
    expect(read(text)).toBe(instant)
  })

  test.each([
    ['09:00', '2026-11-05T09:00:00.000Z'],
    ['wed 09:00', '2026-11-11T09:00:00.000Z'],
  ])('%s that has passed is the next one', (text, instant) => {
    expect(read(text)).toBe(instant)
  })

  test.each([
    ['Europe/Berlin', '2026-11-06T16:00:00.000Z'],
    ['America/New_York', '2026-11-06T22:00:00.000Z'],
    ['Asia/Kolkata', '2026-11-06T11:30:00.000Z'],
  ])('fri 17:00 is five in the afternoon in %s', (timezone, instant) => {
    expect(read('fri 17:00', timezone)).toBe(instant)
  })

  test('the clock of that day counts, also when it is put back before', () => {
    expect(read('mon 09:00', 'Europe/Berlin', '2026-10-24T10:00:00.000Z')).toBe('2026-10-26T08:00:00.000Z')
  })

  test.each([
    'yesterday',
    'yesterday 17:00',
    '',
    'banana',
    'friday or so',
    '0h',
    '2020-01-01',
    '9999d',
    'fri 17:00; rm -rf',
    'mon to fri',
    '<@U01BOB>',
  ])('is refused: %s', (text) => {
    expect(read(text)).toBeNull()
  })

  test.each([
    ['17:00 UTC', 'America/New_York', '2026-11-04T17:00:00.000Z'],
    ['17:00 utc', 'Asia/Kolkata', '2026-11-04T17:00:00.000Z'],
    ['2026-12-01T09:00:00Z', 'America/New_York', '2026-12-01T09:00:00.000Z'],
    ['2026-12-01T09:00:00+09:00', 'America/New_York', '2026-12-01T00:00:00.000Z'],
    ['9am PST', 'Europe/Berlin', '2026-11-04T17:00:00.000Z'],
    ['fri 17:00 GMT', 'America/New_York', '2026-11-06T17:00:00.000Z'],
    ['09:00 UTC', 'America/New_York', '2026-11-05T09:00:00.000Z'],
  ])('a zone that is typed counts: %s in %s', (text, timezone, instant) => {
    expect(read(text, timezone)).toBe(instant)
  })

  test.each(['in 2 hours', '2 hours', '2h', '120 minutes', 'an hour and 60 minutes'])(
    '%s passes in two hours also in the nights in which the clocks change',
    (text) => {
      for (const at of ['2026-03-29T00:30:00.000Z', '2026-10-25T00:30:00.000Z']) {
        expect(Date.parse(read(text, 'Europe/Berlin', at) ?? '') - Date.parse(at)).toBe(7_200_000)
      }
    },
  )

  test('a day of this year that is over is asked about, not taken for the next year', () => {
    expect(read('Nov 4 9:00')).toBeNull()
    expect(read('Jan 4 9:00')).toBe('2027-01-04T09:00:00.000Z')
  })

  test('an unknown zone is refused rather than guessed', () => {
    expect(read('fri 17:00', 'Mars/Olympus')).toBeNull()
  })
})

describe('a day', () => {
  // A Friday, still Thursday in New York.
  const early = '2026-11-27T02:00:00.000Z'
  const day = (text: string, timezone = 'UTC'): string | null => readDay(text, { now: early, timezone })

  test.each([
    ['2026-12-24', '2026-12-24'],
    ['2026-11-20', '2026-11-20'],
    ['today', '2026-11-27'],
    ['tomorrow', '2026-11-28'],
    ['friday', '2026-11-27'],
    ['Monday', '2026-11-30'],
    ['next friday', '2026-12-04'],
    ['next week', '2026-12-04'],
    ['in 3 days', '2026-11-30'],
    ['2w', '2026-12-11'],
    ['dec 24', '2026-12-24'],
    ['24 December 2026', '2026-12-24'],
    // Over, which is asked about.
    ['nov 20', '2026-11-20'],
    ['jan 5', '2027-01-05'],
  ])('is read from %s', (text, expected) => {
    expect(day(text)).toBe(expected)
  })

  test('is the one where somebody is', () => {
    expect(day('today', 'America/New_York')).toBe('2026-11-26')
    expect(day('tomorrow', 'Asia/Tokyo')).toBe('2026-11-28')
  })

  test.each(['', 'soon', '2026-02-31', '1999-12-24', 'friday 17:00', 'friday or so', 'monday and friday'])(
    'is not read from %s',
    (text) => {
      expect(day(text)).toBeNull()
    },
  )
})
