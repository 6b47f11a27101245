import type { z } from 'zod'
import { group, listOf, oneOrMore } from './collections.js'
import { anyText, choiceField, countField, durationField, durationOr, flagField } from './fields.js'
import {
  branchField,
  cronField,
  environmentNameField,
  expressionField,
  pathField,
  slugField,
  timezoneField,
} from './names.js'
import { secrets, stage, variables } from './schema-stage.js'

/** At least one role, by name. */
const someRoles = listOf(slugField('releasers'), { example: '[releasers]', filled: true })

/** A rule of an `approve` gate. */
const approvalRule = group(
  {
    from: someRoles,
    count: countField(1, 50).optional(),
    fourEyes: flagField().optional(),
    notSoleAuthor: flagField().optional(),
  },
  { example: '{ from: [release-managers], count: 2, fourEyes: true }' },
)

/** One rule, or a list of them. */
const approve = oneOrMore(approvalRule, { example: '[{ from: [qa] }, { from: [sre], count: 2 }]' })

const window = group(
  {
    kind: choiceField(['allow', 'deny']),
    cron: cronField(),
    duration: durationField(),
    timezone: timezoneField().optional(),
    reason: anyText('"no changes on Friday evening"').optional(),
  },
  { example: '{ kind: deny, cron: "0 16 * * 5", duration: 64h }' },
)

/** Shared by environments and previews: their expiry. */
export const ending = {
  notice: listOf(durationField(), { example: '[24h, 2h]' }).optional(),
  extensions: countField(0, 100).optional(),
  maxAge: durationField().optional(),
}

/** Keys that people expect in an environment, and where they belong. */
const misplaced = {
  build: 'move it to the app: one build serves every environment, so what was tested is what is released',
  after:
    'the order of the list is the order; to share a level with an earlier environment write alongside: <its name>',
  level:
    'the order of the list is the order; to share a level with an earlier environment write alongside: <its name>',
  deploy: 'the stages are setup, patch, check and teardown; patch is the one that puts new code in place',
  roles: 'roles are at the top of the file; name them in approve: { from: [...] } or accept: { from: [...] }',
}

/** One entry of `environments`. */
export const environment = group(
  {
    name: environmentNameField(),
    mode: choiceField(['continuous', 'approval']).optional(),
    alongside: environmentNameField().optional(),
    branch: branchField().optional(),
    template: pathField('deploy/app.yaml').optional(),
    variables: variables.optional(),
    secrets: secrets.optional(),
    requireSetup: choiceField(['run', 'refuse']).optional(),
    setup: stage.optional(),
    patch: stage,
    check: stage.optional(),
    teardown: stage.optional(),
    teardownNotice: durationField().optional(),
    probe: stage.optional(),
    approve: approve.optional(),
    accept: group({ from: someRoles }, { example: '{ from: [qa] }' }).optional(),
    acceptWithin: durationField().optional(),
    requires: choiceField(['all', 'any']).optional(),
    soak: durationField().optional(),
    change: group(
      { pattern: expressionField('CHG-[0-9]+') },
      { example: '{ pattern: "CHG-[0-9]+" }' },
    ).optional(),
    queue: choiceField(['fifo', 'newest']).optional(),
    windows: listOf(window, { example: '[{ kind: deny, cron: "0 16 * * 5", duration: 64h }]' }).optional(),
    rollbackOnFailedCheck: flagField().optional(),
    expires: durationOr('never').optional(),
    ...ending,
    driftEvery: durationOr('never').optional(),
    runsOn: slugField('bank').optional(),
  },
  { example: '{ name: staging, patch: { run: deploy/patch.sh } }', hints: misplaced },
)

/** An environment as written in the file. */
export type EnvironmentInput = z.output<typeof environment>
/** A window as written in the file. */
export type WindowInput = z.output<typeof window>
