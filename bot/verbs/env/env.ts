/** `env`: manages environments and shows them. */

import type { IntentOf } from '../../../domain/intent.js'
import type { EnvironmentTask } from '../../../domain/reasons.js'
import { read } from '../../commands/parsed-command.js'
import { confirmFlags, placeKeywords, questionFlags, syntax } from '../../commands/syntax.js'
import { date } from '../../views/escape.js'
import { marks } from '../../views/marks.js'
import { mrkdwn } from '../../views/markup.js'
import { taskWords } from '../../views/words/environment-words.js'
import { opensForm, orders } from '../common/buttons.js'
import { type ButtonReader, command } from '../common/command.js'
import { flag, switchWord } from '../common/command-words.js'
import { environmentKey } from '../common/workflow-keys.js'
import { where } from '../questions/answer-where.js'
import { createForm, environmentForm, extendForm, teardownForm } from './forms.js'
import { handleEnvironment } from './handle.js'
import { readEnv, wordOf } from './read.js'

/** A click acts immediately; anything to know first is on the button or in Slack's confirmation dialog. */
const actionButton = (action: IntentOf<'env'>['action']): ButtonReader<never> =>
  orders(({ app, environment, argument = null, confirmed = false }) =>
    environment === undefined ? null : { kind: 'env', app, action, environment, argument, confirmed },
  )

export const env = command('env', {
  usage: {
    does: 'is about the environments themselves',
    examples: [
      'env list',
      'env create pr-17 from #17',
      'env extend pr-17 24h',
      'env keep pr-17',
      'env teardown pr-17',
      'env approve production',
      'env stop production',
      'env rebuild staging',
      'env patch staging',
      'env patch integration 9f3c1ab',
    ],
  },
  syntax: syntax([...placeKeywords, 'from'], {
    ...questionFlags,
    ...confirmFlags,
    from: 'value',
    for: 'value',
  }),
  read: readEnv,
  forms: {
    'env-create': createForm,
    'env-rebuild': environmentForm('rebuild', 'Rebuild'),
    'env-patch': environmentForm('patch', 'Patch'),
    'env-extend': extendForm,
    'env-keep': environmentForm('keep', 'Keep'),
    'env-teardown': teardownForm,
    'env-approve-teardown': environmentForm('approve-teardown', 'Approve a teardown'),
    'env-stop-teardown': environmentForm('stop-teardown', 'Stop a teardown'),
  },
  buttons: {
    env: ({ app }) => read({ kind: 'environments', app, here: false }),
    'env-create': opensForm('env-create', 'ref'),
    'env-rebuild': actionButton('rebuild'),
    'env-patch': actionButton('patch'),
    'env-extend': actionButton('extend'),
    'env-keep': actionButton('keep'),
    'env-teardown': actionButton('teardown'),
    'env-resume-teardown': actionButton('teardown'),
    'env-approve-teardown': actionButton('approve-teardown'),
    'env-stop-teardown': actionButton('stop-teardown'),
    'wait-host': actionButton('wait-host'),
    'other-host': actionButton('other-host'),
  },
  orders: {
    env: {
      write: ({ action, app, environment, argument, confirmed }) => [
        'env',
        wordOf(action),
        app,
        environment,
        // The name is typed only in the form, and only a button knows which deployment ran.
        action === 'create' ? flag('from', argument) : action === 'teardown' ? null : argument,
        switchWord('yes', confirmed),
      ],
      workflowKey: environmentKey,
      addIds: (draft, newIds) => ({ ...draft, deploymentId: newIds.deployment() }),
      handle: handleEnvironment,
    },
  },
  answers: { environments: where, environment: where },
  done: {
    environment: ({ environment, task }) =>
      `${taskMarks[task.kind]} ${environment}: ${taskWords(task, mrkdwn)}.`,
    extended: ({ environment, until, left }) =>
      `${marks.expires} ${environment} now lives until ${date(until)}; ${left} ${left === 1 ? 'extension' : 'extensions'} left.`,
  },
})

const taskMarks: Readonly<Record<EnvironmentTask['kind'], string>> = {
  'set-up-again': marks.settingUp,
  'patched-again': marks.running,
  'set-up-first': marks.settingUp,
  'newest-build': marks.building,
  'one-build': marks.running,
  preview: marks.follows,
  'torn-down': marks.tearingDown,
  'teardown-asked': marks.needsApproval,
  'teardown-approved': marks.needsApproval,
  'teardown-announced': marks.expires,
  'teardown-stopped': marks.good,
  kept: marks.permanent,
  'same-host': marks.queued,
  'other-host': marks.repeated,
}
