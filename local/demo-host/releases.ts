import { cpSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'

const KEPT = 3

/** The folder of one environment. */
export function homeOf(folder: string, environment: string): string {
  return join(folder, 'environments', environment)
}

/** Copies a build into an environment's folder and returns the copy's name; names sort by time. */
export function keepRelease(home: string, commit: string, source: string): string {
  const releases = join(home, 'releases')
  mkdirSync(releases, { recursive: true })
  const last = Math.max(0, ...readdirSync(releases).map((name) => Number.parseInt(name, 10) || 0))
  const name = `${String(last + 1).padStart(5, '0')}-${commit.slice(0, 7)}`
  cpSync(source, join(releases, `${name}.new`), { recursive: true })
  renameSync(join(releases, `${name}.new`), join(releases, name))
  return name
}

/** The folder of a kept release. */
export function releaseFolder(home: string, name: string): string {
  return join(home, 'releases', name)
}

/** Points `current` at a release atomically. */
export function pointAt(home: string, name: string): void {
  const link = join(home, 'current')
  rmSync(`${link}.new`, { force: true })
  symlinkSync(join('releases', name), `${link}.new`)
  renameSync(`${link}.new`, link)
}

/** Removes all but the newest releases and the one that serves. */
export function pruneReleases(home: string, serving: string): void {
  const names = readdirSync(join(home, 'releases')).toSorted()
  for (const name of names.slice(0, -KEPT)) {
    if (name !== serving) rmSync(releaseFolder(home, name), { recursive: true, force: true })
  }
}
