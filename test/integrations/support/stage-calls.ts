import type { RemoteEnd } from '../../../domain/remote-stage.js'
import type { StageCalls } from '../../../domain/stage-calls.js'

/** Calls of stages kept in memory, as a database would over the deaths of workers. */
export interface KeptCalls extends StageCalls {
  /** A callback. */
  readonly callBack: (key: string, end: RemoteEnd) => void
}

interface Call {
  readonly begunAt: number
  accepted: boolean
  location: string | null
  closed: boolean
  end: RemoteEnd | null
}

export function keepCalls(): KeptCalls {
  const calls = new Map<string, Call>()
  const of = (key: string): Call => {
    const call = calls.get(key)
    if (!call) throw new Error(`Nobody called ${key}`)
    return call
  }
  return {
    begin: async (key) => {
      const fresh = { begunAt: Date.now(), accepted: false, location: null, closed: false, end: null }
      const call = calls.get(key) ?? fresh
      calls.set(key, call)
      return { sinceMs: Date.now() - call.begunAt, accepted: call.accepted, location: call.location }
    },
    accept: async (key, location) => {
      Object.assign(of(key), { accepted: true, location })
    },
    endOf: async (key) => of(key).end,
    keep: async (key, end) => {
      if (of(key).end) of(key).end = end
    },
    close: async (key) => {
      of(key).closed = true
      return of(key).end
    },
    callBack: (key, end) => {
      if (!of(key).closed && of(key).end === null) of(key).end = end
    },
  }
}
