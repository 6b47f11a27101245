/** Every form by its name; a name without a form does not compile. */
import type { FormName } from './form-request.js'
import { type FormSpec, wrong } from './form-spec.js'
import { decisionForm, promoteForm, rollbackForm } from './forms/decision-forms.js'
import {
  attemptForm,
  createEnvironmentForm,
  environmentForm,
  freezeForm,
  holdForm,
  lockForm,
} from './forms/lane-forms.js'
import { pickConfirmForm } from './forms/pick-forms.js'
import { cutForm, draftForm, editForm, pickForm } from './forms/release-forms.js'
import { checklistForm, deleteForm } from './forms/release-life-forms.js'

/** Completes a command that named no app; the command is then read again with it. */
const whichAppForm: FormSpec = {
  title: 'Which app?',
  submit: 'Go on',
  fields: ({ apps }) => [
    {
      name: 'app',
      kind: 'choice',
      label: 'App',
      required: true,
      choices: apps.map(({ name }) => ({ value: name, label: name })),
    },
  ],
  read: (answers, { request, apps }) => {
    const app = apps.find(({ name }) => name === answers('app'))
    if (app === undefined) return wrong({ app: 'Choose an app.' })
    // Right after the verb: at the end it could become part of a reason.
    const [verb = '', ...rest] = (request.given.words ?? '').split(/\s+/)
    return { kind: 'command', text: [verb, '--app', app.name, ...rest].join(' ') }
  },
}

export const formSpecs: Readonly<Record<FormName, FormSpec>> = {
  cut: cutForm,
  draft: draftForm,
  edit: editForm,
  promote: promoteForm,
  approve: decisionForm('approve'),
  accept: decisionForm('accept'),
  reject: decisionForm('reject'),
  rollback: rollbackForm,
  retry: attemptForm('retry'),
  skip: attemptForm('skip'),
  abort: attemptForm('abort'),
  'cherry-pick': pickForm,
  'pick-confirm': pickConfirmForm,
  pause: holdForm('pause'),
  resume: holdForm('resume'),
  delete: deleteForm,
  lock: lockForm('lock'),
  unlock: lockForm('unlock'),
  freeze: freezeForm('freeze'),
  thaw: freezeForm('thaw'),
  'env-create': createEnvironmentForm,
  'env-rebuild': environmentForm('rebuild'),
  'env-patch': environmentForm('patch'),
  'env-extend': environmentForm('extend'),
  'env-keep': environmentForm('keep'),
  'env-teardown': environmentForm('teardown'),
  checklist: checklistForm,
  'which-app': whichAppForm,
}
