import { z } from 'zod'
import { checkoutKinds, type StageRun } from '../domain/stage.js'
import { group, listOf, readPart, textsOf } from './collections.js'
import { holdsCredentials } from './credentials.js'
import {
  anyText,
  choiceField,
  countField,
  durationField,
  type FieldResult,
  field,
  mistake,
  ok,
  readText,
  say,
} from './fields.js'
import { pathField, secretNameField, variableNameField } from './names.js'
import { buildReach, reach } from './schema-sandbox.js'

const day = 86_400_000

/** A value that may be empty, unlike other text. */
const variableValue = field((value) => (value === '' ? ok('') : readText(value, 'debug')))

/** Variables of a build or an environment. */
export const variables = textsOf(variableNameField(), variableValue, { example: '{ LOG_LEVEL: debug }' })
/** Names of variables in Slipway's own environment. */
export const secrets = listOf(secretNameField(), { example: '[DEPLOY_TOKEN]' })

const inputs = textsOf(anyText('environment'), variableValue, { example: '{ environment: staging }' })
const commandHints = {
  checkout: 'checkout goes with run: the other kinds run elsewhere',
  network: 'network goes with run: the other kinds run elsewhere',
  ports: 'ports goes with run: the other kinds run elsewhere',
}
const inputsHint = 'inputs go with workflow; a command reads the variables of the environment'
const methodHint = 'method goes with url'
const secretHint = 'secret goes with url and signs its calls; list what a command needs under secrets'

/** Each way to run a stage, by the key that selects it. */
const runners = {
  run: group(
    { run: anyText('npm run build'), checkout: choiceField(checkoutKinds).optional(), ...reach },
    {
      example: '{ run: deploy/patch.sh }',
      hints: { inputs: inputsHint, method: methodHint, secret: secretHint },
    },
  ).transform(
    ({ run, checkout = 'private', ...given }): StageRun => ({
      kind: 'shell',
      run,
      ...buildReach(given),
      ...(checkout === 'private' ? {} : { checkout }),
    }),
  ),
  workflow: group(
    { workflow: anyText('deploy.yml'), inputs: inputs.optional() },
    {
      example: '{ workflow: deploy.yml }',
      hints: { method: methodHint, secret: secretHint, ...commandHints },
    },
  ).transform(
    (given): StageRun => ({ kind: 'github-actions', workflow: given.workflow, inputs: given.inputs ?? {} }),
  ),
  url: group(
    {
      url: field(readAddress),
      method: choiceField(['POST', 'PUT']).optional(),
      secret: secretNameField().optional(),
    },
    {
      example: '{ url: "https://deploy.example.com/hook" }',
      hints: { inputs: inputsHint, ...commandHints },
    },
  ).transform(
    ({ url, method, secret }): StageRun => ({
      kind: 'http',
      url,
      method: method ?? 'POST',
      secret: secret ?? null,
    }),
  ),
}
const choosers = ['run', 'workflow', 'url'] as const

function readAddress(value: unknown): FieldResult<string> {
  const text = readText(value, 'https://deploy.example.com/hook')
  if (text.kind === 'mistake') return text
  if (holdsCredentials(text.value))
    return mistake(
      'the address holds a password or token',
      'take it out; secret: DEPLOY_SECRET signs the calls',
    )
  if (URL.canParse(text.value) && /^https?:\/\//.test(text.value)) return text
  return mistake(
    `${say(text.value)} is not an http address`,
    'write for example https://deploy.example.com/hook',
  )
}

const anything = z.unknown().optional()
/** Allowed here, and parsed by {@link runners}. */
const runnerKeys = {
  run: anything,
  checkout: anything,
  network: anything,
  ports: anything,
  workflow: anything,
  inputs: anything,
  url: anything,
  method: anything,
  secret: anything,
}
const timing = {
  timeout: durationField({ least: 1_000, most: day }).optional(),
  retries: countField(0, 20).optional(),
}

/** A stage of an environment. */
export const stage = withRunner(group({ ...runnerKeys, ...timing }, { example: '{ run: deploy/patch.sh }' }))
/** A stage as written in the file. */
export type StageInput = z.output<typeof stage>

/** The build of an app. */
export const build = withRunner(
  group(
    {
      ...runnerKeys,
      ...timing,
      artifacts: listOf(pathField('dist'), { example: '[dist]' }).optional(),
      variables: variables.optional(),
      secrets: secrets.optional(),
    },
    { example: '{ run: npm run build, artifacts: [dist] }' },
  ),
)
/** A build as written in the file. */
export type BuildInput = z.output<typeof build>

/** Settings of a stage, and how it is run. */
interface WithRunner<Settings> {
  readonly run: StageRun
  readonly settings: Settings
}

/** Parses settings and runner separately, so that a mistake in one does not hide mistakes in the other. */
function withRunner<Settings>(settings: z.ZodType<Settings>): z.ZodType<WithRunner<Settings>> {
  return z.unknown().transform((given, context): WithRunner<Settings> => {
    const readSettings = readPart(context, settings, { given })
    const loose = z.looseObject({}).safeParse(given)
    const run = loose.success ? readRunner(loose.data, context) : null
    return run !== null && readSettings.success ? { run, settings: readSettings.data } : z.NEVER
  })
}

function readRunner(given: Readonly<Record<string, unknown>>, context: z.RefinementCtx): StageRun | null {
  const chosen = choosers.filter((key) => given[key] !== undefined)
  const [only] = chosen
  if (only === undefined || chosen.length > 1) {
    const message = only === undefined ? 'has none of run, workflow and url' : `has ${chosen.join(' and ')}`
    const fix = 'give exactly one: run (a command), workflow (GitHub Actions) or url (an HTTP call)'
    context.addIssue({ code: 'custom', message, params: { fix } })
    return null
  }
  const part = Object.fromEntries(Object.entries(given).filter(([key]) => key in runnerKeys))
  return readPart(context, runners[only], { given: part }).data ?? null
}
