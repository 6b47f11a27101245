import type { PGlite } from '@electric-sql/pglite'

/** Parse, Bind, Describe, Execute, Close, Flush: after these messages a connection's query is not finished yet. */
const UNFINISHED = new Set(Buffer.from('PBDECH'))
const SYNC = Buffer.from('S\0\0\0\x04')

type Backend = Pick<PGlite, 'isInTransaction' | 'execProtocolRaw' | 'execProtocolRawStream' | 'exec'>

/**
 * Keeps the messages of one query together. The socket server gives the single backend to the next connection after
 * every message, unless the backend is in a transaction; a query whose parameters fill more than one network packet
 * then loses its unnamed statement to another connection's. So until its Sync arrives, a query counts as a transaction.
 */
export function keepQueriesWhole(backend: Backend): void {
  const isInTransaction = backend.isInTransaction.bind(backend)
  const stream = backend.execProtocolRawStream.bind(backend)
  const exec = backend.exec.bind(backend)
  let unfinished = false

  backend.isInTransaction = () => unfinished || isInTransaction()
  backend.execProtocolRawStream = async (message, options) => {
    unfinished = UNFINISHED.has(message[0] ?? 0)
    await stream(message, options)
  }
  // The server's ROLLBACK for a disconnected client: after an error, PostgreSQL would skip it while it waits for Sync.
  backend.exec = async (query, options) => {
    if (unfinished) await backend.execProtocolRaw(SYNC)
    unfinished = false
    return exec(query, options)
  }
}
