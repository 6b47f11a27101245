import { existsSync, readdirSync, readFileSync } from 'node:fs'

/** The processes that a process started, that have not ended and that are wanted. Linux only. */
export const childrenOf = (pid: number, isWanted: (child: number) => boolean): readonly number[] =>
  readdirSync(`/proc/${pid}/task`)
    .flatMap((task) => readFileSync(`/proc/${pid}/task/${task}/children`, 'utf8').split(' '))
    .filter((child) => child !== '' && isWanted(Number(child)))
    .map(Number)

/** The words of a process; none of one that ended, also if it was not reaped yet. */
export function commandLineOf(pid: number): string {
  const file = `/proc/${pid}/cmdline`
  return existsSync(file) ? readFileSync(file, 'utf8').replaceAll('\0', ' ') : ''
}
