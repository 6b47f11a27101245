/** The clocks of single processes, which libfaketime moves while they run. Monotonic time stays as it is, as on a real machine. */
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

export interface Clocks {
  /** With these a process follows its own clock. */
  variables(name: string): Readonly<Record<string, string>>
  /** Takes effect within a second. 0: the machine's time. */
  move(name: string, seconds: number): void
}

/** Null: libfaketime is not installed. */
export function movableClocks(folder: string): Clocks | null {
  const library = readdirSync('/usr/lib')
    .map((architecture) => join('/usr/lib', architecture, 'faketime/libfaketimeMT.so.1'))
    .find(existsSync)
  if (library === undefined) return null
  mkdirSync(folder)
  const fileOf = (name: string): string => join(folder, name)
  const move: Clocks['move'] = (name, seconds) =>
    writeFileSync(fileOf(name), `${seconds < 0 ? '' : '+'}${seconds}\n`)
  return {
    move,
    variables: (name) => {
      move(name, 0)
      return {
        LD_PRELOAD: library,
        FAKETIME_TIMESTAMP_FILE: fileOf(name),
        FAKETIME_CACHE_DURATION: '1',
        FAKETIME_DONT_RESET: '1',
        FAKETIME_DONT_FAKE_MONOTONIC: '1',
        DONT_FAKE_MONOTONIC: '1',
      }
    },
  }
}
