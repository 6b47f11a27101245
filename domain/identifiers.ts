/**
 * Names and ids as branded strings. Each has one parser, and nothing else may create one, so a value of these types has been
 * checked. At run time they are plain strings and pass through Temporal and PostgreSQL unchanged.
 */
declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

/** A configured app's slug, e.g. `shop`. */
export type AppName = Branded<'AppName'>
/** An environment's name, unique within its app, e.g. `production` or `pr-17`. */
export type EnvironmentName = Branded<'EnvironmentName'>
/** A full 40-hex (or 64-hex) git object id. Never abbreviated, never a ref. */
export type CommitSha = Branded<'CommitSha'>
/** `sha256:<64 hex>`: the hash of an artifact's bytes. */
export type ArtifactDigest = Branded<'ArtifactDigest'>
export type ReleaseId = Branded<'ReleaseId'>
export type DeploymentId = Branded<'DeploymentId'>
/** Slack's user id (`U…`/`W…`). Orders given by Slipway itself are by {@link SLIPWAY}. */
export type UserId = Branded<'UserId'>
export type ChannelId = Branded<'ChannelId'>
/** A release's version without the candidate number, e.g. `2026.11.3` or `1.4.0`. */
export type Version = Branded<'Version'>

const parser =
  <Id extends string>(pattern: RegExp) =>
  (text: string): Id | null =>
    pattern.test(text) ? (text as Id) : null

const slug = /^[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$/

/** Lower-case letters, digits and dashes, at most 40: safe in a path, a branch, a URL and a workflow id. */
export const parseAppName = parser<AppName>(slug)
/** Like {@link parseAppName}, so a name can contain neither `/` nor `..`. */
export const parseEnvironmentName = parser<EnvironmentName>(slug)
export const parseCommitSha = parser<CommitSha>(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/)
export const parseArtifactDigest = parser<ArtifactDigest>(/^sha256:[0-9a-f]{64}$/)
export const parseReleaseId = parser<ReleaseId>(/^rel_[0-9A-Z]{26}$/)
export const parseDeploymentId = parser<DeploymentId>(/^dep_[0-9A-Z]{26}$/)
export const parseUserId = parser<UserId>(/^(?:[UW][A-Z0-9]{2,30}|slipway)$/)
export const parseChannelId = parser<ChannelId>(/^[CDG][A-Z0-9]{2,30}$/)
export const parseVersion = parser<Version>(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/)

/** The actor of what Slipway does on its own: timers, passing checks, continuous mode. */
export const SLIPWAY = 'slipway' as UserId

/** The first 7 characters, the usual short form. */
export const shortCommit = (commit: CommitSha): string => commit.slice(0, 7)

/** `rc.N` of a release. */
export const candidateName = (version: Version, number: number): string => `${version}-rc.${number}`
