/** Resource usage of the processes of a group, as counted by Linux: correct even on a busy machine. */
import { readdirSync, readFileSync } from 'node:fs'

const PAGE_BYTES = 4_096
const TICKS_A_SECOND = 100

/** Resident memory now, in MiB. */
export function residentMiB(group: number): number {
  const pages = membersOf(group).map((pid) => Number(read(`/proc/${pid}/statm`).split(' ')[1] ?? 0))
  return (sum(pages) * PAGE_BYTES) / 2 ** 20
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
