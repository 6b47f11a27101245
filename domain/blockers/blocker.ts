/** What blocks a candidate, and the blockers that are its own: its build, its picks, its rejection. */
import { sayTag, troubledTags } from '../card-standing.js'
import type { ClosedWindow } from '../environment/closures.js'
import type { EnvironmentName, UserId } from '../identifiers.js'
import { rolesFor } from '../permissions.js'
import type { AppDefinition } from '../pipeline.js'
import type { CandidateView, ReleaseView } from '../views.js'

export type ObstacleKind =
  | 'build'
  | 'build-failed'
  | 'rejected'
  | 'conflict'
  | 'approval'
  | 'checklist'
  | 'ticket'
  | 'soak'
  | 'checks'
  | 'lock'
  | 'freeze'
  | 'hold'
  | 'window'
  | 'lane'
  | 'running'
  | 'failure'
  | 'acceptance'
  | 'promotion'
  | 'tag'

export interface Blocker {
  readonly kind: ObstacleKind
  readonly environment: EnvironmentName | null
  /** Plain words, with text from outside in them. */
  readonly says: string
  readonly since: string | null
  /** When it ends by itself. */
  readonly until: string | null
  /** Who can end it. */
  readonly roles: readonly string[]
  readonly people: readonly UserId[]
  /** What happens then by itself. */
  readonly next: string
}

/** Stops nothing, but somebody will look for it: a tag that is not in the remote. */
export function ofTags({ view, app }: Outlook): readonly Blocker[] {
  return troubledTags(view).map((tag) => ({
    ...{ ...nobody, kind: 'tag', environment: null, since: tag.since },
    says: `The tag ${tag.name} ${sayTag(tag)}`,
    roles: rolesFor(app, 'tag', null),
    next:
      tag.state === 'pending'
        ? 'It is tried again by itself.'
        : 'Nothing: set that right, then try the tag again.',
  }))
}

export interface Outlook {
  /** As it stands at `now`. */
  readonly view: ReleaseView
  /** As it is configured now: whom to ask. */
  readonly app: AppDefinition
  readonly candidate: CandidateView
  /** Environments closed by their windows at an ISO instant. */
  readonly windows: (at: string) => ReadonlyMap<string, ClosedWindow>
  /** ISO instant. */
  readonly now: string
  /** How long deployments to each environment usually take, in milliseconds; without it nothing is estimated. */
  readonly usual?: ReadonlyMap<string, number>
}

/** Of an blocker that nobody in particular can end. */
export const nobody = { since: null, until: null, roles: [], people: [] } as const

/** Before a candidate is ready nothing else matters. */
export function ofCandidate({ view, app, candidate }: Outlook): readonly Blocker[] {
  const { conflict } = view.detail
  const about = { ...nobody, environment: null, since: candidate.createdAt }
  if (conflict !== null) {
    const files = conflict.sides.map(({ file }) => file).join(', ')
    const roles = rolesFor(app, 'cherry-pick', null)
    const says = `The pick of ${conflict.at.slice(0, 7)} is in conflict on ${conflict.branch}: ${files}`
    const next = 'After `cherry-pick continue` or `skip` the next candidate is built.'
    return [{ ...nobody, kind: 'conflict', environment: null, says, roles, next }]
  }
  switch (candidate.state) {
    case 'building':
      return [
        {
          ...about,
          kind: 'build',
          says: 'It is being built',
          next: 'Built, it goes to the first environment.',
        },
      ]
    case 'build_failed': {
      const roles = rolesFor(app, 'tag', null)
      return [
        {
          ...about,
          kind: 'build-failed',
          says: 'Its build failed',
          roles,
          next: 'Nothing, until it is retried or a fix is picked.',
        },
      ]
    }
    case 'rejected':
      return [
        {
          ...about,
          kind: 'rejected',
          says: 'It was rejected',
          next: 'Nothing: it goes no further; pick a fix.',
        },
      ]
    case 'ready':
      return []
  }
}
