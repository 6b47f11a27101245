/** What trains need from PostgreSQL, and from the calendar. */
import type { AppName, CommitSha } from '../identifiers.js'

export interface TrainRecords {
  /** The first candidates of the newest releases that were neither deleted nor given up, newest first. */
  latestCuts(app: AppName): Promise<readonly { readonly version: string; readonly commit: CommitSha }[]>
  /** The freeze that is in force in an environment of the app at an instant, null when none is. */
  freezeOf(app: AppName, at: string): Promise<{ readonly reason: string; readonly until: string } | null>
}

export type HolidayAnswer =
  /** `name` null: it is none, or there is no calendar. */
  | { readonly kind: 'known'; readonly name: string | null }
  | { readonly kind: 'unknown'; readonly why: string }

export interface Holidays {
  /** Whether an instant is on a holiday, by the days of a zone. Never throws. */
  on(instant: string, timezone: string): Promise<HolidayAnswer>
}
