import { shortCommit } from '../../domain/identifiers.js'
import type { DeploymentView } from '../../domain/views.js'

/** The usual name of what runs: `2026.11.3` once released, `2026.11.3-rc.1` before, and the commit for a push. */
export const runningName = ({ released, version, candidate, commit }: DeploymentView): string =>
  (released ? version : null) ?? candidate ?? shortCommit(commit)
