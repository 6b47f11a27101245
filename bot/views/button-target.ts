/** The meaning of a click. Stored in the database under {@link buttonId}; a button's value is only that id, never data. */
import { createHash } from 'node:crypto'
import * as z from 'zod'
import {
  parseAppName,
  parseDeploymentId,
  parseEnvironmentName,
  parseReleaseId,
} from '../../domain/identifiers.js'
import type { ReleaseRef } from '../../domain/intent.js'
import { actionNames } from '../../domain/verbs.js'
import { idSchema } from './id-schema.js'

/** `run` executes a whole command; everything else is a verb or one of its variants. */
const buttonVerbs = [...actionNames, 'run'] as const

const buttonTargetSchema = z.object({
  verb: z.enum(buttonVerbs),
  app: idSchema(parseAppName),
  releaseId: idSchema(parseReleaseId).exactOptional(),
  candidate: z.number().int().positive().exactOptional(),
  deploymentId: idSchema(parseDeploymentId).exactOptional(),
  environment: idSchema(parseEnvironmentName).exactOptional(),
  /** The verb's argument: a checklist item, a duration, a ref, a list's filter; for `run`, the whole command. */
  argument: z.string().exactOptional(),
  /** Values given before, for a button that repeats an order. */
  override: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  /** True on a button that the person presses after seeing why a first attempt was refused. */
  confirmed: z.boolean().exactOptional(),
})

/** The meaning of one click, as a flat record. */
export type ButtonTarget = Readonly<z.infer<typeof buttonTargetSchema>>

/**
 * The same target has the same id everywhere, so that a view needs no database lookup to name it and drawing twice stores one
 * row.
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
