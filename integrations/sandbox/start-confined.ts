import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { bwrapArguments, type CommandPlaces } from './bwrap-arguments.js'
import { type BwrapConfinement, hasOwnNetwork } from './confinement.js'
import { connectNetwork, inOwnNetwork, nameServer, type OwnNetwork, rulesFor } from './own-network.js'
import { readSystem } from './read-system.js'

/** Waits for `go` on descriptor 3, so that no command runs before its surroundings are complete and recorded. */
const GATE = 'read -r go <&3 && exec 3<&- && exec "$@"'

/** A command line that starts only after `go` was written to its descriptor 3. */
export function gated(command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', GATE, 'sh', ...command]
}

/** What to start, and how. */
export interface ConfinedCommand {
  readonly command: string
  readonly places: CommandPlaces
  readonly confinement: BwrapConfinement
  /** A file of Slipway's own that it may write, in addition to the command's folders. */
  readonly scratch: string
  readonly environment: Readonly<Record<string, string>>
  /** The destination of both outputs: a descriptor, or `pipe`. */
  readonly output: number | 'pipe'
}

/** A command that waits at its gate. */
export interface GatedCommand {
  readonly child: ChildProcess
  readonly network: OwnNetwork | null
}

/**
 * Starts a command in its sandbox, up to the gate. It leads its own process group; a SIGKILL of that group ends the
 * sandbox with everything in it, including what left the group. Throws if its network cannot be created.
 */
export async function startConfined(
  { command, places, confinement, scratch, environment, output }: ConfinedCommand,
  note: (text: string) => void,
): Promise<GatedCommand> {
  const own = hasOwnNetwork(confinement)
  const system = await readSystem(confinement.network === 'outside' ? nameServer() : null, scratch)
  const inside = gated(bwrapArguments(command, places, { confinement, system }))
  const [program = '', ...rest] = own
    ? inOwnNetwork(confinement, await rulesFor(confinement), inside)
    : inside
  const stdio: StdioOptions = ['ignore', output, output, 'pipe', ...(own ? (['pipe'] as const) : [])]
  const child = spawn(program, rest, { env: { ...environment }, detached: true, stdio })
  try {
    return { child, network: await connectNetwork(child, confinement, note) }
  } catch (error) {
    child.kill('SIGKILL')
    throw error
  }
}
