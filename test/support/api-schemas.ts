/** The answers of the read API; strict schemas allow no other field. */
import * as z from 'zod'

export const at = z.iso.datetime()
const sha = z.string().regex(/^[0-9a-f]{40}$/)
const digest = z.string().regex(/^sha256:[0-9a-f]{64}$/)
const current = z.strictObject({
  deployment: z.string(),
  version: z.string().nullable(),
  candidate: z.string().nullable(),
  commit: sha,
  artifactDigest: digest.nullable(),
  since: at,
  acceptedBy: z.string().nullable(),
})
export const environmentsSchema = z.array(
  z.object({
    name: z.string(),
    position: z.int(),
    mode: z.enum(['continuous', 'approval']),
    state: z.enum([
      'absent',
      'setting_up',
      'ready',
      'deploying',
      'failed',
      'out_of_sync',
      'tearing_down',
      'teardown_failed',
      'retired',
    ]),
    setupRequired: z.boolean(),
    current: current.nullable(),
    lock: z.unknown(),
    hold: z.unknown(),
    expiresAt: at.nullable(),
    rollbackTo: z.string().nullable(),
  }),
)
export const deploymentState = z.enum([
  'prepared',
  'queued',
  'running',
  'failed',
  'awaiting_acceptance',
  'accepted',
  'rejected',
  'superseded',
  'aborted',
])
export const kind = z.enum(['promote', 'push', 'rollback', 'redeploy', 'rebuild'])
const phase = z.enum(['planning', 'building', 'testing', 'preparing', 'deploying'])
const tag = z
  .strictObject({
    name: z.string(),
    state: z.enum(['pushed', 'pending', 'taken', 'refused']),
    because: z.string().nullable(),
    since: at,
  })
  .nullable()
const shownCommits = z.array(z.strictObject({ sha, subject: z.string(), author: z.string() }))
const commits = z
  .strictObject({
    since: z.string().nullable(),
    from: sha.nullable(),
    sinceTag: z.boolean(),
    counted: z.boolean(),
    total: z.int(),
    authors: z.int(),
    newest: shownCommits,
    takesOut: z.strictObject({ total: z.int(), commits: shownCommits }),
  })
  .nullable()
const missing = z.strictObject({ sha, subject: z.string(), author: z.string(), original: sha.nullable() })
const offTrunk = z
  .strictObject({
    trunk: z.string(),
    commits: z.array(missing),
    total: z.number().int().min(0),
    because: z.string().nullable(),
    at,
    settled: z.array(
      z.strictObject({ commit: sha, original: sha.nullable(), by: z.string(), at, reason: z.string() }),
    ),
  })
  .nullable()
export const releaseSchema = z.strictObject({
  tag,
  offTrunk,
  commits,
  id: z.string(),
  version: z.string().nullable(),
  title: z.string(),
  description: z.string(),
  type: z.string(),
  phase,
  state: z.enum(['draft', 'open', 'released', 'abandoned', 'deleted']),
  deletable: z.boolean(),
  blockedBy: z.array(z.string()),
  candidates: z.array(
    z.strictObject({
      name: z.string().regex(/^\d+\.\d+\.\d+-rc\.\d+$/),
      commit: sha,
      state: z.enum(['building', 'build_failed', 'ready', 'rejected']),
      tag,
      artifactDigest: digest.nullable(),
      waits: z.strictObject({ runsOn: z.string().nullable(), served: z.boolean(), since: at }).nullable(),
    }),
  ),
  links: z.array(z.strictObject({ from: z.string(), to: z.string(), at, by: z.string() })),
  deployments: z.array(
    z.strictObject({
      id: z.string(),
      number: z.int(),
      environment: z.string(),
      kind,
      state: deploymentState,
      candidate: z.string().nullable(),
    }),
  ),
  plannedAt: at.nullable(),
  releasedAt: at.nullable(),
  phases: z.array(z.strictObject({ phase, enteredAt: at, leftAt: at.nullable() })),
  schedule: z.strictObject({
    plannedFor: z.iso.date().nullable(),
    releasedOn: z.iso.date().nullable(),
    slipDays: z.int().nullable(),
    tookMs: z.number().nullable(),
    phases: z.array(z.strictObject({ phase, ms: z.number().nullable() })),
  }),
  gates: z.array(z.strictObject({ deployment: z.string(), open: z.array(z.object({ kind: z.string() })) })),
  promotable: z.array(z.strictObject({ candidate: z.string(), environment: z.string() })),
})
