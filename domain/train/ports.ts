/** What trains need from PostgreSQL and from the calendar. */
import type { AppName, CommitSha } from '../identifiers.js'

export interface TrainRecords {
  /** The first candidates of the newest releases that were neither deleted nor abandoned, newest first. */
  latestCuts(app: AppName): Promise<readonly { readonly version: string; readonly commit: CommitSha }[]>
  /** The freeze in force in an environment of the app at an instant, null if none. */
  freezeOf(app: AppName, at: string): Promise<{ readonly reason: string; readonly until: string } | null>
}

export type HolidayAnswer =
  /** `name` null: not a holiday, or there is no calendar. */
  | { readonly kind: 'known'; readonly name: string | null }
  | { readonly kind: 'unknown'; readonly why: string }

export interface Holidays {
  /** Whether an instant is on a holiday, by the calendar days of a time zone. Never throws. */
  on(instant: string, timezone: string): Promise<HolidayAnswer>
}
