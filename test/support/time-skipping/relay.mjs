/**
 * `relay.mjs SOCKET EXECUTABLE` runs a test server in this otherwise empty network and forwards connections
 * to SOCKET to it. The socket exists once the server answers.
 */
import { spawn } from 'node:child_process'
import { connect, createServer } from 'node:net'

const PORT = 7233
const RETRY_MS = 50

const [socket, executable] = process.argv.slice(2)
const server = spawn(executable, [String(PORT)], { stdio: 'inherit' })
server.once('error', () => process.exit(1))
server.once('exit', (code) => process.exit(code ?? 1))

function listenOnceItAnswers() {
  const probe = connect(PORT, '127.0.0.1')
  probe.once('error', () => setTimeout(listenOnceItAnswers, RETRY_MS))
  probe.once('connect', () => {
    probe.destroy()
    createServer((one) => join(one, connect(PORT, '127.0.0.1'))).listen(socket)
  })
}

function join(one, other) {
  one.pipe(other).pipe(one)
  for (const [end, opposite] of [
    [one, other],
    [other, one],
  ])
    end.on('error', () => opposite.destroy())
}

listenOnceItAnswers()
