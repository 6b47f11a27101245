/** Resource usage of the processes of a group, as counted by Linux: correct even on a busy machine. */
import { readdirSync, readFileSync } from 'node:fs'

const TICKS_A_SECOND = 100

/** Memory now, in MiB: its own, and of what it shares with other processes its share. */
export function memoryMiB(group: number): number {
  const kilobytes = membersOf(group).map((pid) =>
    Number(/^Pss: +(\d+) kB$/m.exec(read(`/proc/${pid}/smaps_rollup`))?.[1]),
  )
  return sum(kilobytes) / 2 ** 10
}

/** CPU time so far, in seconds: of its living processes, and of all ended processes that these started. */
export function processorSeconds(group: number): number {
  // Counted after state and parent: user and system time, own and of ended children, are fields 14 to 17.
  const ticks = membersOf(group).map((pid) => sum(fieldsOf(pid).slice(11, 15).map(Number)))
  return sum(ticks) / TICKS_A_SECOND
}

const membersOf = (group: number): readonly string[] =>
  readdirSync('/proc').filter((name) => /^\d+$/.test(name) && Number(fieldsOf(name)[2]) === group)

/** The fields after the name, which may contain spaces: state, parent, group and so on. */
function fieldsOf(pid: string): readonly string[] {
  const stat = read(`/proc/${pid}/stat`)
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')
}

/** Empty if the process ended meanwhile. */
function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    return ''
  }
}

const sum = (values: readonly number[]): number => values.reduce((all, one) => all + one, 0)
