/** The schema of `slipway.yaml`: every key, and the form of each value. Checks across values are in `checks/`. */
import type { z } from 'zod'
import { trainSkips } from '../domain/pipeline.js'
import { type ProtectedVerb, protectedVerbs } from '../domain/verbs.js'
import { entriesOf, group, listOf, offOr } from './collections.js'
import {
  anyText,
  choiceField,
  countField,
  durationField,
  durationOr,
  field,
  flagField,
  mistake,
  ok,
  patternField,
} from './fields.js'
import {
  accountField,
  appNameField,
  branchField,
  calendarField,
  channelField,
  commandField,
  cronField,
  environmentNameField,
  memberField,
  pathspecField,
  pickBranchField,
  registryField,
  repositoryField,
  secretNameField,
  slugField,
  tagField,
  timezoneField,
  userField,
} from './names.js'
import { ending, environment } from './schema-environment.js'
import { github } from './schema-github.js'
import { sandbox } from './schema-sandbox.js'
import { build, variables } from './schema-stage.js'

/** Empty means nobody, which makes sense for every verb except `cut`. */
const roleList = listOf(slugField('releasers'), { example: '[releasers]' })

const permissions = group(
  {
    ...optionalForEach(protectedVerbs, roleList),
    cut: listOf(slugField('releasers'), {
      example: '[releasers]; without it nobody could release anything',
      filled: true,
    }),
  },
  { example: '{ cut: [releasers] }; without it nobody could release anything' },
)

function optionalForEach<Value extends z.ZodType>(
  verbs: readonly ProtectedVerb[],
  value: Value,
): Partial<Record<ProtectedVerb, z.ZodOptional<Value>>> {
  return Object.fromEntries(verbs.map((verb) => [verb, value.optional()]))
}

const previews = group(
  {
    like: environmentNameField(),
    expires: durationField().optional(),
    ...ending,
    most: countField(1, 200).optional(),
    variables: variables.optional(),
  },
  { example: '{ like: integration, expires: 3d }' },
)

const checklistItem = group(
  {
    item: anyText('QA sign-off'),
    role: slugField('qa'),
    before: environmentNameField(),
    fourEyes: flagField().optional(),
  },
  { example: '{ item: QA sign-off, role: qa, before: production }' },
)

/** `keep` leaves each environment its own number of approvals. */
const approvals = field<number | null>((value) => {
  if (value === 'keep') return ok(null)
  if (typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= 50) return ok(value)
  return mistake('must be keep or a whole number', 'write keep, or a number from 0 to 50')
})

const branchPattern = patternField(
  /^[\w./-]+\*?$/,
  'the name of a branch, or its beginning with * at the end',
  'hotfix/*',
)

const mergedPulls = group(
  {
    labels: listOf(anyText('hotfix'), { example: '[hotfix]', filled: true }).optional(),
    branches: listOf(branchPattern, { example: '["hotfix/*"]', filled: true }).optional(),
  },
  { example: '{ labels: [hotfix], branches: ["hotfix/*"] }' },
)

const releaseType = group(
  {
    approvals: approvals.optional(),
    cut: listOf(slugField('releasers'), { example: '[release-managers]', filled: true }).optional(),
    acceptance: flagField().optional(),
    soak: flagField().optional(),
    checklist: flagField().optional(),
    freeze: choiceField(['wait', 'pass']).optional(),
    promote: choiceField(['manual', 'automatic']).optional(),
    pullRequests: mergedPulls.optional(),
  },
  { example: '{ approvals: 0, acceptance: false }' },
)

const train = group(
  {
    cron: cronField(),
    timezone: timezoneField().optional(),
    from: branchField().optional(),
    announce: durationField({ least: 60_000, most: 7 * 86_400_000 }).optional(),
    skip: listOf(choiceField(trainSkips), { example: '[empty, frozen]' }).optional(),
    missed: choiceField(['run', 'skip']).optional(),
    promote: environmentNameField().optional(),
  },
  { example: '{ cron: "0 10 * * 2", promote: staging }' },
)

const appExample = 'shop: { repository: …, channel: …, permissions: …, build: … }'

const pathspecs = listOf(pathspecField(), { example: '[services/shop, libs/money]', filled: true })

const app = group(
  {
    repository: repositoryField(),
    trunk: branchField().optional(),
    channel: channelField(),
    notesChannel: channelField().optional(),
    pin: flagField().optional(),
    timezone: timezoneField().optional(),
    version: choiceField(['calendar', 'semver', 'conventional']).optional(),
    tag: tagField().optional(),
    pickBranch: pickBranchField().optional(),
    paths: pathspecs.optional(),
    alsoWhen: pathspecs.optional(),
    lfs: flagField().optional(),
    submodules: flagField().optional(),
    cut: choiceField(['manual', 'automatic']).optional(),
    train: train.optional(),
    pullRequests: choiceField(['off', 'build']).optional(),
    permissions,
    build,
    sandbox: sandbox.optional(),
    runsOn: slugField('bank').optional(),
    environments: listOf(environment, {
      example: '[{ name: staging, patch: { run: deploy/patch.sh } }]',
    }).optional(),
    previews: previews.optional(),
    checklist: listOf(checklistItem, {
      example: '[{ item: QA sign-off, role: qa, before: production }]',
    }).optional(),
    types: entriesOf(slugField('feature'), releaseType, { example: 'fix: { approvals: 0 }' }).optional(),
    stallAfter: durationField().optional(),
    github: github.optional(),
  },
  { example: appExample },
)

const digest = group(
  {
    cron: cronField().optional(),
    timezone: timezoneField().optional(),
  },
  { example: '{ cron: "0 9 * * 1-5" }, or off' },
)

const roleMembers = listOf(memberField(), { example: '[U01ALICE, "@release-managers"]', filled: true })

const accounts = listOf(accountField(), { example: '[alice@home.example, alice]', filled: true })

const registry = group(
  { user: anyText('ci').optional(), secret: secretNameField().optional() },
  { example: '{ user: ci, secret: REGISTRY_TOKEN }' },
)

/** The whole file. */
export const fileSchema = group(
  {
    command: commandField().optional(),
    pollEvery: durationOr('never').optional(),
    digest: offOr(digest).optional(),
    holidays: calendarField().optional(),
    identities: entriesOf(userField(), accounts, { example: 'U01ALICE: [alice@home.example]' }).optional(),
    agents: accounts.optional(),
    registries: entriesOf(registryField(), registry, {
      example: 'registry.example: { secret: REGISTRY_TOKEN }',
    }).optional(),
    roles: entriesOf(slugField('releasers'), roleMembers, { example: 'releasers: [U01ALICE]' }),
    apps: entriesOf(appNameField(), app, { example: appExample, filled: true }),
  },
  { example: 'roles: … and apps: …' },
)

/** The whole file as written. */
export type FileInput = z.output<typeof fileSchema>
/** An app as written in the file. */
export type AppInput = z.output<typeof app>
/** `previews` as written in the file. */
export type PreviewsInput = z.output<typeof previews>
/** A release type as written in the file. */
export type ReleaseTypeInput = z.output<typeof releaseType>
