/** Problems that prevent `npm start` and can be detected before anything is started. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, rmdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import {
  formatProblems,
  formatSettingProblems,
  type LocalSettings,
  loadConfiguration,
  type SettingProblem,
} from '../config.js'
import { livingHolder } from './process-lock.js'

/** Held by `npm start` while it runs, so that a second one on the same data can say where the first one answers. */
export const startLock = (dataFolder: string): string => join(dataFolder, 'start.lock')

/** All problems, with how to fix them, as one text; `null` if there are none. Creates the folders it checks. */
export function findObstacles(settings: LocalSettings, environment: NodeJS.ProcessEnv): string | null {
  const folders = [
    folderProblem('SLIPWAY_DATA', settings.dataFolder),
    folderProblem('SLIPWAY_CACHE', settings.cacheFolder),
  ].filter((problem) => problem !== null)
  const texts = [
    gitProblem(),
    folders.length > 0 ? formatSettingProblems(folders) : null,
    configurationProblem(settings, environment),
    occupied(settings.dataFolder),
  ].filter((text) => text !== null)
  return texts.length > 0 ? texts.join('\n') : null
}

function gitProblem(): string | null {
  try {
    execFileSync('git', ['--version'], { stdio: 'ignore' })
    return null
  } catch {
    return 'git does not run here → install it (https://git-scm.com/downloads), then start again'
  }
}

function folderProblem(variable: string, folder: string): SettingProblem | null {
  try {
    makeFolder(folder)
    rmdirSync(mkdtempSync(join(folder, 'writable-')))
    return null
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    return {
      variable,
      message: `${folder} cannot be used: ${why}`,
      fix: `set ${variable} to a folder that this user can make and write`,
    }
  }
}

/** Unlike `mkdirSync` with `recursive`, which never returns for an impossible path, such as one in `/proc`. */
function makeFolder(folder: string): void {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return
  if (dirname(folder) !== folder) makeFolder(dirname(folder))
  mkdirSync(folder)
}

/** The first start writes a configuration; later ones read it with people's changes. */
function configurationProblem({ dataFolder }: LocalSettings, environment: NodeJS.ProcessEnv): string | null {
  const file = join(dataFolder, 'slipway.yaml')
  if (!existsSync(file)) return null
  const loaded = loadConfiguration(file, environment)
  return loaded.kind === 'problems' ? formatProblems(loaded.problems) : null
}

function occupied(dataFolder: string): string | null {
  const holder = livingHolder(startLock(dataFolder))
  if (holder === null) return null
  const where = holder.address === null ? 'it is still starting' : holder.address
  return `Slipway already runs with the data in ${dataFolder}: ${where} (process ${holder.pid}) → use that one, stop it first, or set SLIPWAY_DATA to another folder`
}
