import { readdir, readFile } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'

const POLL_MS = 25

async function isMarked(pid: string, mark: string): Promise<boolean> {
  // Processes of other users can neither be read nor ended.
  const environment = await readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')
  return environment.split('\0').includes(mark)
}

/** Processes of this machine that were started with this variable, as `NAME=value`. None without `/proc`. */
export async function markedProcesses(mark: string): Promise<readonly number[]> {
  const names = await readdir('/proc').catch((): string[] => [])
  const pids = names.filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
  const marked = await Promise.all(pids.map((pid) => isMarked(pid, mark)))
  return pids.filter((_, index) => marked[index]).map(Number)
}

/** Kills every process that has the mark until there is none. */
export async function endMarked(mark: string): Promise<void> {
  for (;;) {
    const pids = await markedProcesses(mark)
    if (pids.length === 0) return
    for (const pid of pids) {
      try {
        process.kill(pid, 'SIGKILL')
      } catch {
        // It ended in the meantime.
      }
    }
    await sleep(POLL_MS)
  }
}
