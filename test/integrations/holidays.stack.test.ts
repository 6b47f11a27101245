import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { createHolidays } from '../../integrations/calendar/calendar-of.js'
import { holidayAt, readCalendar } from '../../integrations/calendar/holidays-in.js'
import { sure } from '../support/lane.js'

const calendarOf = (...events: readonly string[]): string =>
  ['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//test//EN', ...events, 'END:VCALENDAR', ''].join('\r\n')
let uid = 0
const event = (...lines: readonly string[]): string =>
  ['BEGIN:VEVENT', `UID:${++uid}@test`, 'DTSTAMP:20260101T000000Z', ...lines, 'END:VEVENT'].join('\r\n')
const christmas = event('DTSTART;VALUE=DATE:20261225', 'DTEND;VALUE=DATE:20261227', 'SUMMARY:Christmas')

describe('what is on', () => {
  const days = calendarOf(
    christmas,
    event('DTSTART;VALUE=DATE:20200501', 'RRULE:FREQ=YEARLY', 'SUMMARY:Labour Day'),
    event('DTSTART;VALUE=DATE:20261006', 'SUMMARY:A name that is fol', ' ded\\, by rule'),
    event(
      'DTSTART;TZID=Europe/Berlin:20261110T120000',
      'DTEND;TZID=Europe/Berlin:20261110T180000',
      'SUMMARY:Outing',
    ),
    event('DTSTART;VALUE=DATE:20261111', 'STATUS:CANCELLED', 'SUMMARY:Not this year'),
    event('DTSTART;VALUE=DATE:20261112'),
    event('DTSTART:20261116T000000', 'DTEND:20261117T000000', 'SUMMARY:Midnight to midnight'),
    event('DTSTART;VALUE=DATE:20200203', 'DTEND;VALUE=DATE:20200217', 'RRULE:FREQ=YEARLY', 'SUMMARY:Closed'),
  )
  test.each<[string, string, string, string | null]>([
    ['on its first day', '2026-12-25T12:00:00Z', 'UTC', 'Christmas'],
    ['on its last day', '2026-12-26T23:59:59Z', 'UTC', 'Christmas'],
    ['not on the day that it ends before', '2026-12-27T00:00:00Z', 'UTC', null],
    ['by the day of the zone, which began', '2026-12-24T23:30:00Z', 'Europe/Berlin', 'Christmas'],
    ['by the day of the zone, which is over', '2026-12-27T03:00:00Z', 'America/New_York', 'Christmas'],
    ['each year', '2027-05-01T08:00:00Z', 'Europe/Berlin', 'Labour Day'],
    ['not the day after', '2027-05-02T08:00:00Z', 'Europe/Berlin', null],
    ['under a name on folded lines', '2026-10-06T08:00:00Z', 'UTC', 'A name that is folded, by rule'],
    ['at its hours', '2026-11-10T11:00:00Z', 'UTC', 'Outing'],
    ['not before its hours', '2026-11-10T10:59:59Z', 'UTC', null],
    ['not once it is cancelled', '2026-11-11T10:00:00Z', 'UTC', null],
    [
      'by the clock of the zone without one',
      '2026-11-15T11:00:00Z',
      'Pacific/Auckland',
      'Midnight to midnight',
    ],
    ['and no longer', '2026-11-16T11:00:00Z', 'Pacific/Auckland', null],
    ['on each day of a long one that recurs', '2027-02-16T12:00:00Z', 'UTC', 'Closed'],
    ['not after its last', '2027-02-17T12:00:00Z', 'UTC', null],
    ['also without a name', '2026-11-12T10:00:00Z', 'UTC', 'a holiday'],
  ])('%s', (_, instant, timezone, name) => {
    expect(holidayAt(sure(readCalendar(days)), instant, timezone)).toBe(name)
  })

  test('does not depend on an event that comes round every second', () => {
    const mad = event('DTSTART:20200101T000000Z', 'RRULE:FREQ=SECONDLY', 'SUMMARY:Now')
    const often = event('DTSTART:20200101T000000Z', 'RRULE:FREQ=MINUTELY', 'SUMMARY:Now')
    const calendar = sure(readCalendar(calendarOf(mad, often, christmas)))

    expect([calendar.length, holidayAt(calendar, '2026-12-25T12:00:00Z', 'UTC')]).toEqual([1, 'Christmas'])
  })

  test.each(['UID:__proto__', 'UID:__pro\r\n to__', 'uid;X=1:__proto__', 'UID:constructor'])(
    'writes nothing into other objects: %j',
    (id) => {
      const lines = ['BEGIN:VEVENT', id, 'DTSTART;VALUE=DATE:20261225', 'SUMMARY:taken', 'SHELL:/tmp/evil']
      const calendar = sure(readCalendar(calendarOf([...lines, 'END:VEVENT'].join('\r\n'))))

      expect(['shell', 'summary'].filter((key) => key in {})).toEqual([])
      expect(holidayAt(calendar, '2026-12-25T12:00:00Z', 'UTC')).toBe('taken')
    },
  )

  test.each([
    ['<html>Sign in</html>'],
    [''],
    ['BEGIN:VCARD'],
    [calendarOf(christmas).slice(0, -40)],
    [calendarOf(christmas, event('DTSTART;VALUE=DATE:20261224', 'RRULE:FREQ=BOGUS'))],
    [calendarOf(christmas, 'END:VEVENT')],
  ])('is not read from %j', (text) => {
    expect(readCalendar(text)).toBeNull()
  })
})

describe('a calendar', () => {
  let folder: string
  let server: Server
  let answer: { status: number; body: string }
  let asked: number
  let problems: string[]
  let place: string | undefined
  let now: number

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'slipway-days-'))
    answer = { status: 200, body: calendarOf(christmas) }
    asked = 0
    problems = []
    now = 0
    server = createServer((_, response) => {
      asked++
      response.writeHead(answer.status).end(answer.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    if (address === null || typeof address === 'string') throw new Error('A TCP server has a port')
    place = `http://127.0.0.1:${address.port}/days.ics`
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
    rmSync(folder, { recursive: true, force: true })
  })
  const holidays = () =>
    createHolidays({
      ...{ place: () => place, from: folder, folder: join(folder, 'kept'), now: () => now },
      onProblem: (why) => problems.push(why),
    })
  const onChristmas = (of = holidays()) => of.on('2026-12-25T12:00:00Z', 'UTC')
  const christmasIs = { kind: 'known', name: 'Christmas' }

  test('is asked for once an hour', async () => {
    const one = holidays()
    await onChristmas(one)
    now += 3_599_999
    expect(await onChristmas(one)).toEqual(christmasIs)
    expect(asked).toBe(1)
    now += 1
    await onChristmas(one)
    expect(asked).toBe(2)
  })

  test.each<[string, () => void]>([
    ['answers with an error', () => Object.assign(answer, { status: 503 })],
    ['answers with something else', () => Object.assign(answer, { body: '<html>Sign in</html>' })],
    [
      'answers without end',
      () => Object.assign(answer, { body: `BEGIN:VCALENDAR\r\n${'x'.repeat(4_000_001)}` }),
    ],
    ['is away', () => server.close()],
  ])('that %s is known by its last good copy, by another process too', async (_, breakIt) => {
    await onChristmas()
    breakIt()
    server.closeAllConnections()

    expect(await onChristmas()).toEqual(christmasIs)
    expect(problems).toHaveLength(1)
    expect(readdirSync(join(folder, 'kept'))).toHaveLength(1)
  })

  test('that was never read is unknown, and says why', async () => {
    answer.status = 404

    expect(await onChristmas()).toEqual({ kind: 'unknown', why: 'Its address answered 404' })
  })

  test('can be a file beside slipway.yaml', async () => {
    writeFileSync(join(folder, 'days.ics'), calendarOf(christmas))
    place = 'days.ics'
    expect(await onChristmas()).toEqual(christmasIs)
    place = 'nowhere.ics'
    expect(await onChristmas()).toMatchObject({ kind: 'unknown', why: expect.stringContaining('ENOENT') })
  })

  test('that is not configured has no holidays', async () => {
    place = undefined

    expect(await onChristmas()).toEqual({ kind: 'known', name: null })
  })
})
