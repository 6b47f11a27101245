import { Cron } from 'croner'
import { defaults } from '../defaults.js'
import { written } from '../fields.js'
import type { AppOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

/** How many departures are checked; over a year, the intervals differ no more than among these. */
const DEPARTURES = 60

/** Checks that a train departs at all, is announced after the previous one, and is the only automatic cut. */
export function checkTrain(
  { train, cut }: Pick<AppOutline, 'train' | 'cut'>,
  path: Path,
  hasHolidays: boolean,
): PlacedMistake[] {
  if (train.given.length === 0) return []
  const at = [...path, 'train']
  return [
    ...(cut === 'automatic'
      ? [
          {
            path: at,
            at: 'key' as const,
            message: 'every commit of trunk is already cut by itself',
            fix: 'remove it, or write cut: manual',
          },
        ]
      : []),
    ...checkTimes(train, at),
    ...train.skip.flatMap((skip, index) =>
      skip === 'holidays' && !hasHolidays
        ? [
            {
              path: [...at, 'skip', index],
              message: 'there is no calendar of holidays',
              fix: 'write holidays: <an ICS file or its address> at the top of the file',
            },
          ]
        : [],
    ),
  ]
}

function checkTimes({ cron, announce, given }: AppOutline['train'], at: Path): PlacedMistake[] {
  const departures = departuresOf(cron)
  // An invalid cron expression is reported by its field.
  if (departures === null) return []
  if (departures.length === 0) {
    return [
      { path: [...at, 'cron'], message: `"${cron}" matches no day`, fix: 'write for example "0 10 * * 2"' },
    ]
  }
  const gaps = departures.slice(1).map((one, index) => one.getTime() - (departures[index]?.getTime() ?? 0))
  const least = Math.min(...gaps)
  const ahead = announce ?? defaults.train.announceMs
  if (ahead < least) return []
  const isGiven = given.includes('announce')
  return [
    {
      path: isGiven ? [...at, 'announce'] : [...at, 'cron'],
      message: `a train leaves every ${written(least)}, and is announced ${written(ahead)} before`,
      fix: `write announce: less than ${written(least)}, or let it leave less often`,
    },
  ]
}

/** The next departures after a fixed date, in UTC; null: the expression is invalid. */
function departuresOf(cron: string): readonly Date[] | null {
  try {
    return new Cron(cron, { timezone: 'UTC', paused: true }).nextRuns(
      DEPARTURES,
      new Date('2026-01-01T00:00:00Z'),
    )
  } catch {
    return null
  }
}
