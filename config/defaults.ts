/** The values used for settings that the file omits. */
const minute = 60_000
const hour = 60 * minute
const day = 24 * hour

/** A timeout, and how often a transient failure is retried. */
export interface StageTiming {
  readonly timeoutMs: number
  readonly retries: number
}

const stages = {
  build: { timeoutMs: 15 * minute, retries: 2 },
  setup: { timeoutMs: 20 * minute, retries: 2 },
  patch: { timeoutMs: 20 * minute, retries: 3 },
  check: { timeoutMs: 5 * minute, retries: 2 },
  teardown: { timeoutMs: 20 * minute, retries: 2 },
} as const satisfies Readonly<Record<string, StageTiming>>

/** Every default in one place; `docs/configuration.md` lists them. */
export const defaults = {
  command: '/release',
  pollEveryMs: minute / 2,
  digestCron: '30 9 * * 1-5',
  trunk: 'main',
  timezone: 'UTC',
  tag: 'v{version}',
  pickBranch: 'release/{tag}',
  stallAfterMs: day,
  acceptWithinMs: 4 * hour,
  teardownNoticeMs: 10 * minute,
  noticesMs: [day, 2 * hour],
  extensions: 3,
  previews: { expiresMs: 3 * day, maxAgeMs: 7 * day, most: 5 },
  types: ['feature', 'fix', 'hotfix', 'bugfix'],
  train: { announceMs: 2 * hour, skip: ['empty', 'frozen'] },
  github: { context: 'slipway' },
  stages,
} as const
