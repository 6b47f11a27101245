/** When trains depart: cron in a time zone, computed by croner. */
import { Cron } from 'croner'
import type { NextDeparture } from '../domain/train/rules.js'

/** A wall-clock time occurs once, twice or never: it departs at the first, or when the clocks are put past it. */
export const nextDeparture: NextDeparture = ({ cron, timezone }, after) =>
  new Cron(cron, { timezone, paused: true }).nextRun(new Date(after))?.toISOString() ?? null
