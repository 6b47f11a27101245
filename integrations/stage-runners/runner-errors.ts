/** This worker stopped watching; the command continues. The stage is requested again with the same key. */
export class DetachedError extends Error {
  override readonly name = 'DetachedError'

  constructor(key: string) {
    super(`Stopped watching ${key}; the command goes on`)
  }
}

/** A job could not be started, or its folder not be read or written. A retry with the same key may help. */
export class JobError extends Error {
  override readonly name = 'JobError'
}

/** No runner is registered for this kind of stage. A retry does not help. */
export class UnknownRunnerError extends Error {
  override readonly name = 'UnknownRunnerError'
}
