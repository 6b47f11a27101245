/** What is removed once it is old, and what a run of retention says. */

/** Rows of the database, that whoever leads removes. */
export const databaseKinds = [
  'orders',
  'changes',
  'sent',
  'calls',
  'logs',
  'buttons',
  'messages',
  'reports',
  'workers',
] as const
/** What lies on the disk of one worker, which removes it; artifacts may be shared, then one of them does. */
export const hostKinds = ['jobs', 'checkouts', 'mirrors', 'artifacts'] as const

/** One kind of thing that is removed once it is old. */
export type RetentionKind = (typeof databaseKinds)[number] | (typeof hostKinds)[number]

/** For how many days each kind is kept. */
export type KeepDays = Readonly<Record<RetentionKind, number>>

/** How much went, or would go. */
export interface Removed {
  /** Rows; of logs the stages they belong to; on a disk folders or files. */
  readonly count: number
  /** About how many bytes that is. */
  readonly bytes: number
}

/** Nothing went. */
export const NOTHING: Removed = { count: 0, bytes: 0 }

/** What can be looked for and removed by itself. */
export interface Retained {
  readonly kind: RetentionKind
  /** What {@link remove} would remove now; it changes nothing. */
  find(): Promise<Removed>
  /** Removes it in batches. Once `goesOn` says no, the rest stays for the next run. */
  remove(goesOn: () => boolean): Promise<Removed>
}
