/** HTTP servers by which a test answers, each on a free port of this machine. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'

export type Handler = (request: IncomingMessage, response: ServerResponse, body: string) => void

export interface Served {
  /** Starts a server and returns its address. */
  serve(handler: Handler): Promise<string>
  /** Ends all that were started. */
  close(): void
}

export function openServed(): Served {
  const servers: Server[] = []
  return {
    serve: async (handler) => {
      const server = createServer((request, response) => {
        void text(request).then((body) => handler(request, response, body))
      })
      servers.push(server)
      await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
      const address = server.address()
      return `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`
    },
    close: () => {
      for (const server of servers.splice(0)) server.close().closeAllConnections()
    },
  }
}
