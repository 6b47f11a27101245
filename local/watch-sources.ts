/** Reports changes to the sources of Slipway's own process, for `npm run dev`. */
import { watch } from 'node:fs'
import { join } from 'node:path'

const FOLDERS = ['bot', 'compose', 'config', 'db', 'domain', 'http', 'integrations', 'workflows']
const FILES = ['main.ts', 'config.ts']
/** An editor that saves, or git that switches branches, touches many files at once. */
const QUIET_MS = 300

/**
 * Calls `changed` with one of the files a moment after the last of a burst of changes. `root` contains the sources. Returns a
 * function that ends the watch.
 */
export function watchSources(root: string, changed: (file: string) => void): () => void {
  let quiet: NodeJS.Timeout | undefined
  const notice = (file: string): void => {
    if (!file.endsWith('.ts')) return
    clearTimeout(quiet)
    quiet = setTimeout(changed, QUIET_MS, file)
  }
  const watchers = [
    ...FOLDERS.map((folder) =>
      watch(join(root, folder), { recursive: true }, (_, name) => notice(join(folder, name ?? ''))),
    ),
    // The folder and not the files: an editor may write a new one and move it over the old.
    watch(root, (_, name) => {
      if (name !== null && FILES.includes(name)) notice(name)
    }),
  ]
  return () => {
    clearTimeout(quiet)
    for (const watcher of watchers) watcher.close()
  }
}
