/** What a press means. Kept in the database under {@link buttonId}; a button's value is only that id, never data. */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import {
  parseAppName,
  parseDeploymentId,
  parseEnvironmentName,
  parseReleaseId,
} from '../../domain/identifiers.js'
import type { ReleaseRef } from '../../domain/intent.js'
import { idSchema } from './id-schema.js'

/**
 * Everything a button, or an entry of an overflow menu, can ask for. `approve` and `accept` decide at once;
 * `approve-with-comment` and `accept-with-comment` open a modal first, as `reject` always does.
 */
export const buttonVerbs = [
  'cut',
  'draft',
  'edit',
  'promote',
  'approve',
  'approve-with-comment',
  'accept',
  'accept-with-comment',
  'reject',
  'rollback',
  'retry',
  'skip',
  'abort',
  'cherry-pick',
  'cherry-pick-continue',
  'cherry-pick-skip',
  'cherry-pick-confirm',
  'tag',
  'pause',
  'resume',
  'delete',
  'abandon',
  'lock',
  'unlock',
  'take-lock',
  'freeze',
  'thaw',
  'tick',
  'untick',
  'env-create',
  'env-rebuild',
  'env-patch',
  'env-extend',
  'env-keep',
  'env-teardown',
  'wait-host',
  'other-host',
  'mute',
  'run',
  'log',
  'status',
  'list',
  'where',
  'diff',
  'history',
  'why',
  'plan',
] as const
export type ButtonVerb = (typeof buttonVerbs)[number]

const buttonTargetSchema = z.object({
  verb: z.enum(buttonVerbs),
  app: idSchema(parseAppName),
  releaseId: idSchema(parseReleaseId).exactOptional(),
  candidate: z.number().int().positive().exactOptional(),
  deploymentId: idSchema(parseDeploymentId).exactOptional(),
  environment: idSchema(parseEnvironmentName).exactOptional(),
  /** What else the verb needs: a checklist item, a duration, a ref, a list's filter; of `run` the whole command. */
  argument: z.string().exactOptional(),
  /** True on a button that a person presses knowing what a first press was refused for. */
  confirmed: z.boolean().exactOptional(),
})

/** One press, as a flat record. */
export type ButtonTarget = Readonly<z.infer<typeof buttonTargetSchema>>

/**
 * The same target has the same id everywhere, so that a view can name it without asking the database and drawing
 * twice stores one row.
 */
export function buttonId(target: ButtonTarget): string {
  const canonical = JSON.stringify(
    Object.entries(target).toSorted(([one], [other]) => (one < other ? -1 : 1)),
  )
  return `b_${createHash('sha256').update(canonical).digest('hex').slice(0, 24)}`
}

/** A stored target, or `null` when this version does not understand it. */
export function parseButtonTarget(stored: unknown): ButtonTarget | null {
  const parsed = buttonTargetSchema.safeParse(stored)
  return parsed.success ? parsed.data : null
}

/** The release, or its candidate, that a button is about. */
export function releaseOf({ releaseId, candidate }: ButtonTarget): ReleaseRef | null {
  return releaseId === undefined ? null : { kind: 'id', releaseId, candidate: candidate ?? null }
}
