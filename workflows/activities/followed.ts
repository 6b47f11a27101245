/** An activity, as passed to tracing. */
export interface FollowedActivity {
  /** The id of the workflow that runs it. */
  readonly workflow: string
  readonly name: string
  readonly attempt: number
  readonly given: readonly unknown[]
}

/** Runs an activity's work with tracing. */
export type FollowActivity = <Result>(
  activity: FollowedActivity,
  work: () => Promise<Result>,
) => Promise<Result>
