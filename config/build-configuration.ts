import type { Configuration, DigestDefinition } from '../domain/configuration.js'
import type { AppName } from '../domain/identifiers.js'
import type {
  AppDefinition,
  EnvironmentDefinition,
  PreviewDefinition,
  ReleaseTypePolicy,
  RoleDefinition,
  TrainDefinition,
} from '../domain/pipeline.js'
import { buildBuild, buildEnvironment, buildRunsOn, noticesBefore } from './build-environment.js'
import { buildGithub } from './build-github.js'
import { sameRepository } from './checks/check-repositories.js'
import type { Entry } from './collections.js'
import { defaults } from './defaults.js'
import { sha256 } from './hash.js'
import { levelsOf } from './levels.js'
import type { RoleMember } from './names.js'
import type { AppInput, FileInput, PreviewsInput, ReleaseTypeInput } from './schema.js'

/** Builds the configuration from a file without mistakes, with every default filled in. */
export function buildConfiguration(input: FileInput, text: string): Configuration {
  const hash = sha256(text)
  return {
    command: input.command ?? defaults.command,
    roles: input.roles.map(buildRole),
    identities: {
      people: (input.identities ?? []).map(({ name: user, value }) => ({ user, names: value.map(asTyped) })),
      agents: (input.agents ?? []).map(asTyped),
    },
    registries: (input.registries ?? []).map(({ name: host, value: { user, secret } }) => ({
      host,
      ...{ user: user ?? null, secret: secret ?? null },
    })),
    apps: input.apps.map((entry) =>
      buildApp(entry, { hash, others: input.apps, holidays: input.holidays !== undefined }),
    ),
    pollEveryMs: input.pollEvery === undefined ? defaults.pollEveryMs : input.pollEvery,
    digest: buildDigest(input.digest),
    ...(input.holidays === undefined ? {} : { holidays: input.holidays }),
    hash,
    text,
  }
}

/** Removes zero-width spaces, which addresses copied from our own messages contain. */
const asTyped = (name: string): string => name.replaceAll('\u200b', '')

function buildDigest(digest: FileInput['digest']): DigestDefinition | null {
  if (digest === null) return null
  return { cron: digest?.cron ?? defaults.digestCron, timezone: digest?.timezone ?? defaults.timezone }
}

function buildRole({ name, value }: Entry<string, readonly RoleMember[]>): RoleDefinition {
  return {
    name,
    users: value.flatMap((member) => (member.kind === 'user' ? [member.user] : [])),
    groups: value.flatMap((member) => (member.kind === 'group' ? [member.group] : [])),
  }
}

function buildApp(
  { name, value: input }: Entry<AppName, AppInput>,
  file: { readonly hash: string; readonly others: FileInput['apps']; readonly holidays: boolean },
): AppDefinition {
  const environments = buildEnvironments(input)
  const shared = file.others.some(
    (other) => other.name !== name && sameRepository(other.value.repository, input.repository),
  )
  return {
    name,
    repository: input.repository,
    trunk: input.trunk ?? defaults.trunk,
    ...buildChannels(input),
    timezone: input.timezone ?? defaults.timezone,
    version: input.version ?? 'calendar',
    tag: input.tag ?? defaults.tag,
    pickBranch: input.pickBranch ?? defaults.pickBranch,
    paths: input.paths ?? [],
    alsoWhen: input.alsoWhen ?? [],
    cut: input.cut ?? 'manual',
    ...buildTrain(input, file.holidays),
    permissions: buildPermissions(input.permissions),
    build: buildBuild(input.build, buildContents(input)),
    ...buildContents(input),
    ...buildOptions(input),
    environments,
    previews: input.previews === undefined ? null : buildPreviews(input.previews),
    checklist: (input.checklist ?? []).map((item) => ({ ...item, fourEyes: item.fourEyes ?? true })),
    types: buildTypes(input.types ?? []),
    stallAfterMs: input.stallAfter ?? defaults.stallAfterMs,
    github: buildGithub(input.github ?? {}, { app: name, environments, shared }),
    configHash: file.hash,
  }
}

function buildChannels({
  channel,
  notesChannel,
  pin,
}: AppInput): Pick<AppDefinition, 'channel' | 'notesChannel' | 'pin'> {
  return {
    channel,
    ...(notesChannel === undefined ? {} : { notesChannel }),
    ...(pin === true ? { pin } : {}),
  }
}

/** What the checkouts of a commit contain besides git's own files. Disabled options have no key. */
function buildContents({ lfs, submodules }: AppInput): Pick<AppDefinition, 'lfs' | 'submodules'> {
  return { ...(lfs === true ? { lfs } : {}), ...(submodules === true ? { submodules } : {}) }
}

/** Omitted options have no key. */
function buildOptions({
  sandbox,
  runsOn,
  pullRequests,
}: AppInput): Pick<AppDefinition, 'sandbox' | 'runsOn' | 'pullRequests'> {
  return {
    ...(sandbox === undefined ? {} : { sandbox: { read: sandbox.read ?? [], write: sandbox.write ?? [] } }),
    ...buildRunsOn(runsOn),
    ...(pullRequests === 'build' ? { pullRequests } : {}),
  }
}

function buildPermissions(input: AppInput['permissions']): AppDefinition['permissions'] {
  return Object.fromEntries(Object.entries(input).filter(([, roles]) => roles !== undefined))
}

function buildEnvironments(input: AppInput): readonly EnvironmentDefinition[] {
  const environments = input.environments ?? []
  const levels = levelsOf(environments.map(({ name, alongside }) => ({ name, alongside: alongside ?? '' })))
  const trunk = input.trunk ?? defaults.trunk
  const timezone = input.timezone ?? defaults.timezone
  return environments.map((environment, index) =>
    buildEnvironment(environment, { level: levels[index] ?? index, trunk, timezone, runsOn: input.runsOn }),
  )
}

function buildTrain(
  { train: input, timezone, trunk }: AppInput,
  hasHolidays: boolean,
): Pick<AppDefinition, 'train'> {
  if (input === undefined) return {}
  const train: TrainDefinition = {
    cron: input.cron,
    timezone: input.timezone ?? timezone ?? defaults.timezone,
    from: input.from ?? trunk ?? defaults.trunk,
    announceMs: input.announce ?? defaults.train.announceMs,
    skip: input.skip ?? [...defaults.train.skip, ...(hasHolidays ? (['holidays'] as const) : [])],
    missed: input.missed ?? 'skip',
    promote: input.promote ?? null,
  }
  return { train }
}

function buildPreviews(input: PreviewsInput): PreviewDefinition {
  const expiresMs = input.expires ?? defaults.previews.expiresMs
  return {
    like: input.like,
    expiresMs,
    noticesMs: noticesBefore(expiresMs, input.notice),
    extensions: input.extensions ?? defaults.extensions,
    maxAgeMs: input.maxAge ?? defaults.previews.maxAgeMs,
    most: input.most ?? defaults.previews.most,
    variables: input.variables ?? {},
  }
}

function buildAutomation(
  input: ReleaseTypeInput | undefined,
): Pick<ReleaseTypePolicy, 'promote' | 'pullRequests'> {
  const { promote, pullRequests: pulls } = input ?? {}
  return {
    ...(promote === 'automatic' ? { promote } : {}),
    ...(pulls ? { pullRequests: { labels: pulls.labels ?? [], branches: pulls.branches ?? [] } } : {}),
  }
}

/** The built-in types keep every gate unless the file says otherwise; the file may add its own types. */
function buildTypes(entries: readonly Entry<string, ReleaseTypeInput>[]): readonly ReleaseTypePolicy[] {
  const given = new Map(entries.map(({ name, value }) => [name, value]))
  const names = new Set([...defaults.types, ...given.keys()])
  return [...names].map((name) => {
    const input = given.get(name)
    return {
      name,
      approvals: input?.approvals ?? null,
      acceptance: input?.acceptance ?? true,
      soak: input?.soak ?? true,
      checklist: input?.checklist ?? true,
      ...(input?.cut === undefined ? {} : { cut: input.cut }),
      passesFreeze: input?.freeze === 'pass',
      ...buildAutomation(input),
    }
  })
}
