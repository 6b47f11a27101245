import type { CommandContext, ParsedCommand } from '../../../bot/commands/parsed-command.js'
import { parseReleaseCommand } from '../../../bot/verbs/parse-release-command.js'
import type { AppName, ChannelId, EnvironmentName, ReleaseId, UserId } from '../../../domain/identifiers.js'
import type { AppDefinition, EnvironmentDefinition } from '../../../domain/pipeline.js'
import type { StageDefinition } from '../../../domain/stage.js'

export const ALICE = 'U01ALICE' as UserId
export const BOB = 'U01BOB' as UserId
export const QUINN = 'U01QUINN' as UserId
export const SHOP_CHANNEL = 'C01SHOP' as ChannelId
export const RELEASE = 'rel_01JDXYZABCDEFGHJKMNPQRSTVW' as ReleaseId

const stage = {} as StageDefinition

export function anEnvironment(
  name: string,
  level: number,
  more: Partial<EnvironmentDefinition> = {},
): EnvironmentDefinition {
  return {
    name: name as EnvironmentName,
    mode: level === 0 ? 'continuous' : 'approval',
    level,
    branch: level === 0 ? 'main' : null,
    template: null,
    variables: {},
    secrets: [],
    requireSetup: 'run',
    stages: { setup: null, patch: stage, check: null, teardown: null },
    approve: [],
    accept: null,
    acceptWithinMs: 0,
    requires: 'all',
    soakMs: 0,
    change: null,
    queue: 'fifo',
    windows: [],
    rollbackOnFailedCheck: false,
    expiresMs: null,
    teardownNoticeMs: 600_000,
    noticesMs: [],
    extensions: 3,
    maxAgeMs: null,
    driftEveryMs: null,
    probe: null,
    ...more,
  }
}

const type = (name: string): AppDefinition['types'][number] => ({
  name,
  approvals: null,
  acceptance: true,
  soak: true,
  checklist: true,
  passesFreeze: false,
})

export function anApp(name: string, more: Partial<AppDefinition> = {}): AppDefinition {
  return {
    name: name as AppName,
    repository: `https://example.com/${name}.git`,
    trunk: 'main',
    channel: `C01${name.toUpperCase()}` as ChannelId,
    timezone: 'UTC',
    version: 'calendar',
    tag: 'v{version}',
    pickBranch: 'release/{tag}',
    paths: [],
    alsoWhen: [],
    cut: 'manual',
    permissions: { cut: ['releasers'] },
    build: { stage, artifacts: ['dist'], variables: {}, secrets: [], hash: 'h' },
    environments: [
      anEnvironment('integration', 0),
      anEnvironment('staging', 1, { accept: { from: ['qa'] } }),
      anEnvironment('production', 2, {
        approve: [{ from: ['release-managers'], count: 2, fourEyes: true, notSoleAuthor: false }],
      }),
    ],
    previews: {
      like: 'integration' as EnvironmentName,
      expiresMs: 1,
      noticesMs: [],
      extensions: 3,
      maxAgeMs: 1,
      most: 5,
      variables: {},
    },
    checklist: [{ item: 'QA sign-off', role: 'qa', before: 'production' as EnvironmentName, fourEyes: true }],
    types: [type('feature'), type('fix'), type('hotfix')],
    stallAfterMs: 0,
    github: {
      context: 'slipway',
      statuses: true,
      deployments: true,
      releases: true,
      logLinks: true,
      comments: [],
      requiredChecks: [],
    },
    configHash: 'c',
    ...more,
  }
}

/** Asked in `#shop`, with another app beside it. */
export function inShop(more: Partial<CommandContext> = {}): CommandContext {
  return {
    command: '/release',
    apps: [anApp('shop'), anApp('web')],
    channelApp: 'shop' as AppName,
    thread: null,
    links: new Map(),
    asker: ALICE,
    ...more,
  }
}

export const parse = (text: string, more: Partial<CommandContext> = {}): ParsedCommand =>
  parseReleaseCommand(text, inShop(more))

/** The order, question, form or problem itself. */
export function inner(parsed: ParsedCommand): object {
  switch (parsed.kind) {
    case 'order':
      return parsed.intent
    case 'read':
      return parsed.read
    case 'form':
      return parsed.form
    case 'problem':
      return parsed.problem
    default:
      return parsed satisfies never
  }
}

export const named = (text: string): object => ({ kind: 'named', text })
