/** The calendar of holidays: read from a file or an address, with a copy for when that is unavailable. */
import { createHash } from 'node:crypto'
import { mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { HolidayAnswer, Holidays } from '../../domain/train/ports.js'
import { orNullIfMissing } from '../host/system-error.js'
import { readUpTo } from '../http/read-up-to.js'
import type { Calendar } from './holidays-in.js'

export interface CalendarOptions {
  /** A path or http(s) address from today's configuration; undefined if there is none. */
  readonly place: () => string | undefined
  /** The base of relative paths. */
  readonly from: string
  /** The folder for the last good copy of a calendar from an address. */
  readonly folder: string
  /** Called with the reason when a calendar could not be refreshed. */
  readonly onProblem: (why: string) => void
  readonly now?: () => number
}

/** How long a calendar that was read counts as current. */
const FRESH_MS = 3_600_000
const MOST_BYTES = 4_000_000
const PATIENCE_MS = 10_000

/** Loaded when it is first asked for: most Slipways have no calendar. */
const reader = () => import('./holidays-in.js')

interface Read {
  readonly place: string
  readonly calendar: Calendar
  readonly at: number
}

export function createHolidays(options: CalendarOptions): Holidays {
  const { place: placeNow, now = Date.now } = options
  let read: Read | null = null

  /** The newest one available; throws if there is none at all. */
  async function calendarAt(place: string): Promise<Calendar> {
    if (read?.place === place && now() - read.at < FRESH_MS) return read.calendar
    try {
      const calendar = await readAnew(options, place)
      read = { place, calendar, at: now() }
      return calendar
    } catch (error) {
      options.onProblem(whyOf(error))
      const last = read?.place === place ? read.calendar : await lastGood(options, place)
      if (last === null) throw error
      read = { place, calendar: last, at: now() }
      return last
    }
  }

  return {
    async on(instant, timezone): Promise<HolidayAnswer> {
      const place = placeNow()
      if (place === undefined) return { kind: 'known', name: null }
      try {
        const calendar = await calendarAt(place)
        return { kind: 'known', name: (await reader()).holidayAt(calendar, instant, timezone) }
      } catch (error) {
        return { kind: 'unknown', why: whyOf(error) }
      }
    },
  }
}

const isAddress = (place: string): boolean => /^https?:\/\//i.test(place)

async function readAnew(options: CalendarOptions, place: string): Promise<Calendar> {
  const text = isAddress(place) ? await fetched(place) : await ofFile(path.resolve(options.from, place))
  const calendar = (await reader()).readCalendar(text)
  if (calendar === null) throw new Error('It is no calendar in the ICS format')
  if (isAddress(place)) await keep(options, place, text)
  return calendar
}

async function fetched(address: string): Promise<string> {
  const response = await fetch(address, { redirect: 'manual', signal: AbortSignal.timeout(PATIENCE_MS) })
  if (!response.ok) {
    await response.body?.cancel()
    const elsewhere = response.status >= 300 && response.status < 400 ? ': name the last address itself' : ''
    throw new Error(`Its address answered ${response.status}${elsewhere}`)
  }
  const text = await readUpTo(response, MOST_BYTES)
  if (text === null) throw new Error(tooLong)
  return text
}

const tooLong = `It has more than ${MOST_BYTES} bytes`

async function ofFile(file: string): Promise<string> {
  const { size } = await stat(file)
  if (size > MOST_BYTES) throw new Error(tooLong)
  return readFile(file, 'utf8')
}

const copyOf = ({ folder }: CalendarOptions, place: string): string =>
  path.join(folder, `${createHash('sha256').update(place).digest('hex').slice(0, 32)}.ics`)

/** Failing to store a copy does no harm until the address is unavailable. */
async function keep(options: CalendarOptions, place: string, text: string): Promise<void> {
  const file = copyOf(options, place)
  try {
    await mkdir(options.folder, { recursive: true, mode: 0o700 })
    await writeFile(`${file}.${process.pid}`, text, { mode: 0o600 })
    await rename(`${file}.${process.pid}`, file)
  } catch (error) {
    options.onProblem(whyOf(error))
  }
}

async function lastGood(options: CalendarOptions, place: string): Promise<Calendar | null> {
  const text = await orNullIfMissing(readFile(copyOf(options, place), 'utf8'))
  return text === null ? null : (await reader()).readCalendar(text)
}

/** The cause of a network error says more. */
function whyOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error)
  return error.cause instanceof Error ? `${error.message}: ${error.cause.message}` : error.message
}
