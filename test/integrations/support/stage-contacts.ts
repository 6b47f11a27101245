import type { AppName } from '../../../domain/identifiers.js'
import type { StageContact, StageOrder } from '../../../domain/ports.js'

/** A contact that keeps what it was told. */
export interface RecordedContact extends StageContact {
  /** The log as put together from its pieces. */
  readonly text: () => string
  readonly beats: () => number
  readonly cancel: () => void
  readonly detach: () => void
}

/** @param already what an earlier watch of the same stage wrote */
export function recordContact(already = ''): RecordedContact {
  const cancelled = new AbortController()
  const detached = new AbortController()
  let text = already
  let beats = 0
  return {
    cancelled: cancelled.signal,
    detached: detached.signal,
    heartbeat: () => {
      beats += 1
    },
    log: async (offset, piece) => {
      text = text.slice(0, offset) + piece
    },
    logged: async () => text,
    text: () => text,
    beats: () => beats,
    cancel: () => cancelled.abort(),
    detach: () => detached.abort(),
  }
}

/** An order of a shell stage. */
export function shellOrder(workspace: string, run: string, changes: Partial<StageOrder> = {}): StageOrder {
  return {
    key: 'dep_1/patch/1',
    app: 'shop' as AppName,
    stage: 'patch',
    run: { kind: 'shell', run },
    timeoutMs: 30_000,
    workspace,
    artifact: null,
    variables: {},
    redact: [],
    ...changes,
  }
}
