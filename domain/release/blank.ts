/** A release of which nothing is known but what it is. */
import type { Cut } from './cut.js'
import type { ReleaseState } from './state.js'

type Named = Pick<Cut, 'id' | 'app' | 'channel' | 'title' | 'description' | 'type' | 'by'> &
  Pick<ReleaseState, 'version'>

/** No candidate, nothing deployed, no link (S1.2). */
export function blankRelease(of: Named): ReleaseState {
  return {
    id: of.id,
    app: of.app,
    version: of.version,
    title: of.title,
    description: of.description,
    type: of.type,
    hotfix: of.type === 'hotfix',
    channel: of.channel,
    requestedBy: of.by.user,
    lifecycle: 'open',
    plannedAt: null,
    scope: '',
    externalLinks: [],
    releasedAt: null,
    rolledBack: false,
    candidates: [],
    deployments: [],
    linked: [],
    ticks: [],
    overrides: [],
    phases: [],
    conflict: null,
    commits: null,
    seq: 0,
  }
}
