/** What only a person can mend: waiting for it would be waiting for ever. Its message says what is wrong and what to do. */
export class StartProblem extends Error {
  override readonly name = 'StartProblem'
}
