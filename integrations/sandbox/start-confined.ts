import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { once } from 'node:events'
import { awaitedLater } from '../../domain/promises.js'
import { bwrapArguments, type CommandPlaces } from './bwrap-arguments.js'
import type { BwrapConfinement } from './confinement.js'
import { nameServer, type OwnNetwork } from './own-network.js'
import { readSystem } from './read-system.js'

/**
 * Says on descriptor 4 that it has started, then waits for `go` on descriptor 3, so that no command runs before its
 * surroundings are complete and recorded.
 */
const GATE = 'exec 4>&-; read -r go <&3 && exec 3<&- && exec "$@"'

/** A command line that starts only after `go` was written to its descriptor 3. */
export function gated(command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', GATE, 'sh', ...command]
}

/** What to start, and how. */
export interface ConfinedCommand {
  readonly command: string
  readonly places: CommandPlaces
  readonly confinement: BwrapConfinement
  /** Of {@link openNetwork}. */
  readonly network: OwnNetwork | null
  /** A file of Slipway's own that it may write, in addition to the command's folders. */
  readonly scratch: string
  readonly environment: Readonly<Record<string, string>>
  /** The destination of both outputs: a descriptor, or `pipe`. */
  readonly output: number | 'pipe'
}

/** A command on its way to its gate. */
export interface GatedCommand {
  readonly child: ChildProcess
  /** Resolves when it is at its gate and its network is connected; rejects with the reason if that fails. */
  readonly ready: Promise<void>
}

/**
 * Starts a command in its sandbox, up to the gate. It leads its own process group; a SIGKILL of that group ends the
 * sandbox with everything in it, including what left the group.
 */
export async function startConfined({
  command,
  places,
  confinement,
  network,
  scratch,
  environment,
  output,
}: ConfinedCommand): Promise<GatedCommand> {
  const system = await readSystem(confinement.network === 'outside' ? nameServer() : null, scratch)
  const inside = gated(bwrapArguments(command, places, { confinement, system }))
  const [program = '', ...rest] = [...(network?.entrance ?? []), ...inside]
  const stdio: StdioOptions = ['ignore', output, output, 'pipe', 'pipe']
  const child = spawn(program, rest, { env: { ...environment }, detached: true, stdio })
  return { child, ready: network === null ? Promise.resolve() : awaitedLater(entered(child, network)) }
}

async function entered(child: ChildProcess, network: OwnNetwork): Promise<void> {
  const gate = child.stdio[4]
  if (gate != null && 'resume' in gate) await once(gate.resume(), 'close')
  await network.connected
  network.letGo()
}
