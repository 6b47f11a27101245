import type { RemoteEnd } from './remote-stage.js'

/** What is known about the call that started a stage, by its key. */
export interface StageCall {
  /** Milliseconds since the first call. */
  readonly sinceMs: number
  /** Whether the other side confirmed that the stage runs. It is not asked to start it again. */
  readonly accepted: boolean
  /** Where the stage can be polled and ended; null when the other side gave no such location. */
  readonly location: string | null
}

/** The calls of stages that run elsewhere, and the results received by callback. Survives the worker. */
export interface StageCalls {
  /** Called before the call is made: from then on callbacks are accepted. Returns what is known if the key was begun before. */
  begin(key: string): Promise<StageCall>
  accept(key: string, location: string | null): Promise<void>
  /** The result received by callback, null if there is none yet. */
  endOf(key: string): Promise<RemoteEnd | null>
  /** Stores the part of a callback's result that may be kept: its log is in the stage's own log by then, redacted. */
  keep(key: string, end: RemoteEnd): Promise<void>
  /** Ignores any later callback. Returns the result that came before, null if none did. */
  close(key: string): Promise<RemoteEnd | null>
}
