/**
 * Runs inside a separate host (`network-host.ts`): listens on each given port on loopback and forwards it to the
 * same port of the machine outside. Prints `ready` when all listen.
 */
import { connect, createServer } from 'node:net'
import { pipeline } from 'node:stream'

/** The address of the machine outside through `slirp4netns`. */
const OUTSIDE = '10.0.2.2'
const LOOPBACK = '127.0.0.1'

const listening = process.argv.slice(2).map((port) => {
  const server = createServer((inside) => {
    const outside = connect(Number(port), OUTSIDE)
    // When either end closes, the other one is closed too.
    pipeline(inside, outside, inside, () => undefined)
  })
  return new Promise<void>((resolve) => server.listen(Number(port), LOOPBACK, resolve))
})
await Promise.all(listening)
process.stdout.write('ready\n')
