/** What asking a workflow may come to besides an answer. */

/** An order that has no answer yet: ask again with the same key. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

/** The workflow an order is for does not exist any more. */
export class WorkflowEnded extends Error {
  override readonly name = 'WorkflowEnded'
}

/** The type of the failure with which a change ends that PostgreSQL will never take. */
export const RECORD_REFUSED = 'RecordRefused'
