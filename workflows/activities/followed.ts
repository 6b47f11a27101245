/** An activity as whoever follows orders sees it. */
export interface FollowedActivity {
  /** The id of the workflow that has it done. */
  readonly workflow: string
  readonly name: string
  readonly attempt: number
  readonly given: readonly unknown[]
}

/** Does an activity's work where it is followed. */
export type FollowActivity = <Result>(
  activity: FollowedActivity,
  work: () => Promise<Result>,
) => Promise<Result>
