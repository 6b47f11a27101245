import { type ChildProcess, type StdioOptions, spawn } from 'node:child_process'
import { bwrapArguments, type CommandPlaces } from './bwrap-arguments.js'
import { type BwrapConfinement, hasOwnNetwork } from './confinement.js'
import { connectNetwork, inOwnNetwork, nameServer, type OwnNetwork, rulesFor } from './own-network.js'
import { readSystem } from './read-system.js'

/** Waits for the word on descriptor 3, so that no command runs before its surroundings are complete and on record. */
const GATE = 'read -r go <&3 && exec 3<&- && exec "$@"'

/** A command line that begins only once `go` was written to its descriptor 3. */
export function gated(command: readonly string[]): readonly string[] {
  return ['/bin/sh', '-c', GATE, 'sh', ...command]
}

/** What to start, and with what. */
export interface ConfinedCommand {
  readonly command: string
  readonly places: CommandPlaces
  readonly confinement: BwrapConfinement
  /** A file of Slipway's own that may be written to, beside the places of the command. */
  readonly scratch: string
  readonly environment: Readonly<Record<string, string>>
  /** Where both of its outputs go: a descriptor, or `pipe`. */
  readonly output: number | 'pipe'
}

/** A command that waits at its gate. */
export interface GatedCommand {
  readonly child: ChildProcess
  readonly network: OwnNetwork | null
}

/**
 * Starts a command in its sandbox, up to the gate. It leads a process group of its own; a SIGKILL of that group ends the
 * sandbox with everything in it, whatever left the group. Throws when its network cannot be made.
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
