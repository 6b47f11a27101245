/** When trains leave: cron in a time zone, read by croner. */
import { Cron } from 'croner'
import type { NextDeparture } from '../domain/train/rules.js'

/** The clocks of a zone show a time once, twice or never: it leaves at the first, or when they are put past it. */
export const nextDeparture: NextDeparture = ({ cron, timezone }, after) =>
  new Cron(cron, { timezone, paused: true }).nextRun(new Date(after))?.toISOString() ?? null
