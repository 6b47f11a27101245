/** The queries of the read API, in one place so that tests can replace the database. */

import type { PublisherDatabase } from '../bot/publisher/publisher-options.js'
import { auditOfRelease } from '../db/queries/audit.js'
import { type BuildMatch, type BuildPage, buildLog, findBuild, listBuilds } from '../db/queries/builds.js'
import { deploymentLog } from '../db/queries/deployment-log.js'
import { readDeployment } from '../db/queries/deployments.js'
import { readEnvironments } from '../db/queries/environments.js'
import { readNotes } from '../db/queries/release-notes.js'
import { findReleaseByVersion, findReleases, readRelease } from '../db/queries/releases.js'
import {
  type AppName,
  type DeploymentId,
  parseReleaseId,
  parseVersion,
  type ReleaseId,
} from '../domain/identifiers.js'
import type { ReleaseNotes } from '../domain/notes.js'
import type { ReleaseLifecycle } from '../domain/states.js'
import type { AuditView, BuildView, DeploymentView, EnvironmentView, ReleaseView } from '../domain/views.js'

export interface ReleaseQuestion {
  /** If omitted, all except deleted ones. */
  readonly state?: ReleaseLifecycle | undefined
  readonly limit: number
  readonly offset: number
}

export interface ApiReads {
  environments(app: AppName): Promise<readonly EnvironmentView[]>
  releases(app: AppName, question: ReleaseQuestion): Promise<readonly ReleaseView[]>
  /** By version or by id, because a draft has no version. */
  release(app: AppName, name: string): Promise<ReleaseView | null>
  /** Null while they are not drafted. */
  notes(id: ReleaseId): Promise<ReleaseNotes | null>
  events(id: ReleaseId): Promise<readonly AuditView[]>
  deployment(id: DeploymentId): Promise<DeploymentView | null>
  log(id: DeploymentId): Promise<string | null>
  /** Newest first. */
  builds(app: AppName, page: BuildPage): Promise<readonly BuildView[]>
  /** By full or abbreviated commit. */
  build(app: AppName, commit: string): Promise<BuildMatch>
  buildLog(app: AppName, commit: string): Promise<string | null>
}

/** {@link ApiReads} from the database. */
export function databaseApiReads(db: PublisherDatabase): ApiReads {
  return {
    environments: (app) => readEnvironments(db, app),
    releases: (app, question) => findReleases(db, [app], question),
    async release(app, name) {
      const version = parseVersion(name)
      if (version !== null) return findReleaseByVersion(db, app, version)
      const id = parseReleaseId(name)
      const view = id === null ? null : await readRelease(db, id)
      return view?.app === app ? view : null
    },
    notes: (id) => readNotes(db, id),
    events: (id) => auditOfRelease(db, id),
    deployment: (id) => readDeployment(db, id),
    log: (id) => deploymentLog(db, id),
    builds: (app, page) => listBuilds(db, app, page),
    build: (app, commit) => findBuild(db, app, commit),
    buildLog: (app, commit) => buildLog(db, app, commit),
  }
}
