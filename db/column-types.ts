import type { ColumnType } from 'kysely'

/** An instant, read as `Date`. */
export type Instant = ColumnType<Date, Date | string, Date | string>
export type OptionalInstant = ColumnType<Date | null, Date | string | null | undefined, Date | string | null>
/** Set by the database unless given, and never changed. */
export type Created = ColumnType<Date, Date | string | undefined, never>
