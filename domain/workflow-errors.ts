/** Errors when asking a workflow. */

/** An order that has no answer yet: ask again with the same key. */
export class Unanswered extends Error {
  override readonly name = 'Unanswered'
}

/** The failure type for a change that PostgreSQL permanently rejects. */
export const RECORD_REFUSED = 'RecordRefused'
