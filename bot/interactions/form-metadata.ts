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
import { digestOf, prefill } from '../commands/form-prefill.js'
import { type FormOrigin, type FormRequest, fieldNames } from '../commands/form-request.js'
import { formNames } from '../verbs/table.js'
import { idSchema } from '../views/id-schema.js'

/** Slack's limit. */
const MOST = 3_000

const metadataSchema = z.object({
  form: z.enum(formNames),
  app: idSchema(parseAppName),
  given: z.partialRecord(z.enum(fieldNames), z.string()),
  longGiven: z.partialRecord(z.enum(fieldNames), z.string()).exactOptional(),
  target: z.object({
    releaseId: idSchema(parseReleaseId).exactOptional(),
    candidate: z.number().int().positive().exactOptional(),
    deploymentId: idSchema(parseDeploymentId).exactOptional(),
    environment: idSchema(parseEnvironmentName).exactOptional(),
    edits: z.number().int().nonnegative().exactOptional(),
  }),
  opener: idSchema(parseUserId),
  channel: idSchema(parseChannelId).nullable(),
  thread: z.string().nullable(),
})

export interface FormMetadata {
  readonly request: FormRequest
  readonly origin: FormOrigin
}

/** Stays within Slack's limit: of the longest given values only the digests are carried along. */
export function formatMetadata({ request, origin }: FormMetadata): string {
  const { form, app, target } = request
  const given = Object.entries(request.given).toSorted(([, one], [, other]) => one.length - other.length)
  const withWhole = (count: number): string => {
    const long = given.slice(count).map(([name, text]) => [name, digestOf(text)])
    const longGiven = { ...request.longGiven, ...Object.fromEntries(long) }
    const carried = Object.keys(longGiven).length === 0 ? {} : { longGiven }
    return JSON.stringify({
      ...{ form, app, target, ...origin, given: Object.fromEntries(given.slice(0, count)), ...carried },
    })
  }
  let count = given.length
  while (count > 0 && withWhole(count).length > MOST) count -= 1
  return withWhole(count)
}

/** `null` when it was not written by this version. */
export function parseMetadata(text: string): FormMetadata | null {
  const parsed = metadataSchema.safeParse(parseJson(text))
  if (!parsed.success) return null
  const { form, app, target, opener, channel, thread, given, longGiven } = parsed.data
  const long = longGiven === undefined ? {} : { longGiven: prefill(longGiven) }
  return {
    request: { form, app, given: prefill(given), ...long, target },
    origin: { opener, channel, thread },
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}
