/** This worker stopped watching; the command lives on. The stage is asked for again with the same key. */
export class DetachedError extends Error {
  override readonly name = 'DetachedError'

  constructor(key: string) {
    super(`Stopped watching ${key}; the command goes on`)
  }
}

/** A job could not be started or its folder not be read or written. Asking again with the same key may help. */
export class JobError extends Error {
  override readonly name = 'JobError'
}

/** No runner is bound for this kind of stage. Asking again does not help. */
export class UnknownRunnerError extends Error {
  override readonly name = 'UnknownRunnerError'
}
