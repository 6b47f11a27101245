/** The form that completes a command that named no app; the command is then parsed again with it. */
import { type FormSpec, wrong } from './common/form-spec.js'

export const whichAppForm: FormSpec = {
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
    // Placed right after the verb: at the end it could become part of a reason.
    const [verb = '', ...rest] = (request.given.words ?? '').split(/\s+/)
    return { kind: 'command', text: [verb, '--app', app.name, ...rest].join(' ') }
  },
}
