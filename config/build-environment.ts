import type {
  AppDefinition,
  BuildDefinition,
  EnvironmentDefinition,
  StageSet,
  WindowDefinition,
} from '../domain/pipeline.js'
import type { StageDefinition } from '../domain/stage.js'
import { defaults, type StageTiming } from './defaults.js'
import { canonicalJson, sha256 } from './hash.js'
import type { EnvironmentInput, WindowInput } from './schema-environment.js'
import type { BuildInput, StageInput } from './schema-stage.js'

/** What an environment inherits from its app. */
export interface Surroundings {
  readonly level: number
  readonly trunk: string
  readonly timezone: string
  readonly runsOn: string | undefined
}

/** An environment as the rules use it, with every default filled in. */
export function buildEnvironment(input: EnvironmentInput, around: Surroundings): EnvironmentDefinition {
  return {
    name: input.name,
    mode: input.mode ?? 'approval',
    level: around.level,
    branch: followedBranch(input, around),
    template: input.template ?? null,
    variables: input.variables ?? {},
    secrets: input.secrets ?? [],
    requireSetup: input.requireSetup ?? 'run',
    stages: buildStages(input),
    ...buildGates(input),
    windows: (input.windows ?? []).map((window) => buildWindow(window, around.timezone)),
    rollbackOnFailedCheck: input.rollbackOnFailedCheck ?? false,
    ...buildEnding(input),
    driftEveryMs: input.driftEvery ?? null,
    ...buildRunsOn(input.runsOn ?? around.runsOn),
    probe: input.probe === undefined ? null : buildStage(input.probe, defaults.stages.check),
  }
}

/** An omitted label has no key, so that hashes and comparisons stay as they were before the option existed. */
export const buildRunsOn = (label: string | undefined): { readonly runsOn?: string } =>
  label === undefined ? {} : { runsOn: label }

/** Above the first level, candidates come from below: following a branch there would let in unreleased commits. */
function followedBranch({ mode, branch }: EnvironmentInput, { level, trunk }: Surroundings): string | null {
  return mode === 'continuous' && level === 0 ? (branch ?? trunk) : null
}

type Ending = Pick<
  EnvironmentDefinition,
  'expiresMs' | 'noticesMs' | 'extensions' | 'maxAgeMs' | 'teardownNoticeMs'
>

function buildEnding({ expires, notice, extensions, maxAge, teardownNotice }: EnvironmentInput): Ending {
  const expiresMs = expires ?? null
  return {
    expiresMs,
    noticesMs: expiresMs === null ? [] : noticesBefore(expiresMs, notice),
    extensions: extensions ?? defaults.extensions,
    maxAgeMs: maxAge ?? null,
    teardownNoticeMs: teardownNotice ?? defaults.teardownNoticeMs,
  }
}

type Gates = Pick<
  EnvironmentDefinition,
  'approve' | 'accept' | 'acceptWithinMs' | 'requires' | 'soakMs' | 'change' | 'queue'
>

function buildGates(input: EnvironmentInput): Gates {
  const { approve, accept, acceptWithin, requires, soak, change, queue } = input
  return {
    approve: (approve ?? []).map((rule) => ({
      from: rule.from,
      count: rule.count ?? 1,
      fourEyes: rule.fourEyes ?? false,
      notSoleAuthor: rule.notSoleAuthor ?? false,
    })),
    accept: accept === undefined ? null : { from: accept.from },
    acceptWithinMs: acceptWithin ?? defaults.acceptWithinMs,
    requires: requires ?? 'all',
    soakMs: soak ?? 0,
    change: change ?? null,
    queue: queue ?? 'fifo',
  }
}

function buildStages({ setup, patch, check, teardown }: EnvironmentInput): StageSet {
  const { stages } = defaults
  return {
    setup: setup === undefined ? null : buildStage(setup, stages.setup),
    patch: buildStage(patch, stages.patch),
    check: check === undefined ? null : buildStage(check, stages.check),
    teardown: teardown === undefined ? null : buildStage(teardown, stages.teardown),
  }
}

function buildStage({ run, settings }: StageInput | BuildInput, timing: StageTiming): StageDefinition {
  return {
    run,
    timeoutMs: settings.timeout ?? timing.timeoutMs,
    retries: settings.retries ?? timing.retries,
  }
}

function buildWindow(input: WindowInput, timezone: string): WindowDefinition {
  return {
    kind: input.kind,
    cron: input.cron,
    durationMs: input.duration,
    timezone: input.timezone ?? timezone,
    reason:
      input.reason ?? (input.kind === 'deny' ? 'closed at this time' : 'outside the hours that are allowed'),
  }
}

/** The given notices, or else the defaults that fit before the expiry; earliest first, without duplicates. */
export function noticesBefore(expiresMs: number, given: readonly number[] | undefined): readonly number[] {
  const notices = given ?? defaults.noticesMs.filter((notice) => notice < expiresMs)
  return [...new Set(notices)].toSorted((one, other) => other - one)
}

/**
 * The app's only build. Its hash identifies it, so equal meanings must hash equally: defaults count as if written. `contents` is
 * what else the checkout contains: different contents mean a different build.
 */
export function buildBuild(
  input: BuildInput,
  contents: Pick<AppDefinition, 'lfs' | 'submodules'>,
): BuildDefinition {
  const definition = {
    stage: buildStage(input, defaults.stages.build),
    artifacts: input.settings.artifacts ?? [],
    variables: input.settings.variables ?? {},
    secrets: input.settings.secrets ?? [],
  }
  return { ...definition, hash: sha256(canonicalJson({ ...definition, ...contents })) }
}
