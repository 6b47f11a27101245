/** Git for every part of a process: one folder of mirrors, one committer, the GitHub credentials. */
import type { WorkerSettings } from '../config.js'
import type { Git } from '../domain/ports.js'
import { createGit } from '../integrations/git/create-git.js'
import { createGitSignIn } from '../integrations/github/git-sign-in.js'
import type { Github } from '../integrations/github/open-github.js'
import { gitVariables } from './git-variables.js'
import { mirrorsFolderOf } from './work-folder.js'

export interface GitParts {
  readonly settings: Pick<WorkerSettings, 'dataFolder' | 'git'>
  /** Slipway's own environment. */
  readonly environment: NodeJS.ProcessEnv
  readonly github: Github | null
}

/** `timeoutMs` bounds one git command. */
export function openGit({ settings, environment, github }: GitParts, timeoutMs: number): Git {
  return createGit({
    folder: mirrorsFolderOf(settings.dataFolder),
    ...settings.git,
    timeoutMs,
    environment: gitVariables(environment),
    signIn: createGitSignIn(github),
  })
}
