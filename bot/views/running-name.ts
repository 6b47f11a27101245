import { shortCommit } from '../../domain/identifiers.js'
import type { DeploymentView } from '../../domain/views.js'

/** What runs, as people call it: `2026.11.3` once it is released, `2026.11.3-rc.1` before, of a push the commit. */
export const runningName = ({ released, version, candidate, commit }: DeploymentView): string =>
  (released ? version : null) ?? candidate ?? shortCommit(commit)
