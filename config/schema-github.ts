import { z } from 'zod'
import { group, listOf, readPart } from './collections.js'
import { anyText, flagField, patternField } from './fields.js'
import { environmentNameField } from './names.js'

const someEnvironments = listOf(environmentNameField(), { example: '[staging, production]', filled: true })

/** `true` means the last environment. */
const comments = z.unknown().transform((given, context) => {
  if (typeof given === 'boolean') return given
  if (Array.isArray(given)) {
    const read = readPart(context, someEnvironments, { given })
    return read.success ? read.data : z.NEVER
  }
  const fix = 'write true for the last environment, or for example [staging, production]'
  context.addIssue({
    code: 'custom',
    message: 'must be true, false or a list of environments',
    params: { fix },
  })
  return z.NEVER
})

/** What an app reports to GitHub and waits for there. */
export const github = group(
  {
    context: patternField(
      /^[\w.-]+(?:\/[\w.-]+)*$/,
      'the beginning of a status’ name (letters, digits, _, ., - and /)',
      'slipway',
    ).optional(),
    statuses: flagField().optional(),
    deployments: flagField().optional(),
    releases: flagField().optional(),
    logLinks: flagField().optional(),
    comments: comments.optional(),
    requiredChecks: listOf(anyText('ci/test'), { example: '[ci/test, ci/lint]' }).optional(),
  },
  { example: '{ comments: true, requiredChecks: [ci/test] }' },
)

/** `github` as written in the file. */
export type GithubInput = z.output<typeof github>
