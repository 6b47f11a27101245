/** The metadata of a form that Slack returns on submission: its subject and its given values, never a decision. */
import * as z from 'zod'
import {
  parseAppName,
  parseChannelId,
  parseDeploymentId,
  parseEnvironmentName,
  parseReleaseId,
  parseUserId,
} from '../../domain/identifiers.js'
import { type FieldName, type FormOrigin, type FormRequest, fieldNames } from '../commands/form-request.js'
import { formNames } from '../verbs/table.js'
import { idSchema } from '../views/id-schema.js'

/** Slack's limit. */
const MOST = 3_000

const metadataSchema = z.object({
  form: z.enum(formNames),
  app: idSchema(parseAppName),
  given: z.partialRecord(z.enum(fieldNames), z.string()),
  target: z.object({
    releaseId: idSchema(parseReleaseId).exactOptional(),
    candidate: z.number().int().positive().exactOptional(),
    deploymentId: idSchema(parseDeploymentId).exactOptional(),
    environment: idSchema(parseEnvironmentName).exactOptional(),
  }),
  opener: idSchema(parseUserId),
  channel: idSchema(parseChannelId).nullable(),
  thread: z.string().nullable(),
})

export interface FormMetadata {
  readonly request: FormRequest
  readonly origin: FormOrigin
}

/** Stays within Slack's limit: the longest given values are left out and kept only in the fields. */
export function formatMetadata({ request, origin }: FormMetadata): string {
  const { form, app, target } = request
  const fixed = { form, app, target, ...origin }
  const given = Object.entries(request.given).toSorted(([, one], [, other]) => one.length - other.length)
  let text = JSON.stringify({ ...fixed, given: {} })
  for (let count = 1; count <= given.length; count += 1) {
    const more = JSON.stringify({ ...fixed, given: Object.fromEntries(given.slice(0, count)) })
    if (more.length > MOST) break
    text = more
  }
  return text
}

/** `null` when it was not written by this version. */
export function parseMetadata(text: string): FormMetadata | null {
  const parsed = metadataSchema.safeParse(parseJson(text))
  if (!parsed.success) return null
  const { form, app, target, opener, channel, thread } = parsed.data
  const given: Partial<Record<FieldName, string>> = {}
  for (const name of fieldNames) {
    const value = parsed.data.given[name]
    if (value !== undefined) given[name] = value
  }
  return { request: { form, app, given, target }, origin: { opener, channel, thread } }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
