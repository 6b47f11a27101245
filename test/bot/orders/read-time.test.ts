import { describe, expect, test } from 'vitest'
import { readTime } from '../../../bot/orders/read-time.js'

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

  test('an unknown zone is refused rather than guessed', () => {
    expect(read('fri 17:00', 'Mars/Olympus')).toBeNull()
  })
})
