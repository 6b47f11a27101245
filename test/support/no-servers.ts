/** Unit tests start no server, and thus need none: in their processes nothing can listen, on a port or on a socket's path. */
import { Server } from 'node:net'

/** Ports for PostgreSQL, Temporal and the other servers of `test/support` are looked for by listening on them. */
Server.prototype.listen = () => {
  throw new Error('A unit test starts a server: name its file *.stack.test.ts (docs/testing.md).')
}
