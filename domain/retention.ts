/** What is removed after a retention period, and what a retention run reports. */

/** Database rows, removed by the leader. */
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
/** Files on a worker's disk, removed by that worker; if artifacts are shared, by one of the workers. */
export const hostKinds = ['jobs', 'checkouts', 'mirrors', 'artifacts'] as const

/** One kind of thing that is removed once it is old. */
export type RetentionKind = (typeof databaseKinds)[number] | (typeof hostKinds)[number]

/** How many days each kind is kept. */
export type KeepDays = Readonly<Record<RetentionKind, number>>

/** How much was removed, or would be. */
export interface Removed {
  /** Rows; for logs, the stages they belong to; on disk, folders or files. */
  readonly count: number
  /** Their approximate size in bytes. */
  readonly bytes: number
}

/** Nothing was removed. */
export const NOTHING: Removed = { count: 0, bytes: 0 }

/** What retention finds and removes. */
export interface Retained {
  readonly kind: RetentionKind
  /** What {@link remove} would remove now, without changing anything. */
  find(): Promise<Removed>
  /** Removes it in batches. Once `goesOn` returns false, the rest is left for the next run. */
  remove(goesOn: () => boolean): Promise<Removed>
}
