/** `pause` and `resume`: a hold stops automation in one environment; orders by people still pass. */
import { marks } from '../views/marks.js'
import { copyable } from '../views/refusals/refusal-words.js'
import { command } from './common/command.js'
import {
  environmentButton,
  environmentForm,
  environmentOrder,
  environmentSyntax,
  readEnvironmentOrder,
} from './common/environment-order.js'

const pause = command('pause', {
  usage: {
    does: 'stops automation in an environment',
    examples: ['pause shop production because of the audit'],
  },
  syntax: environmentSyntax,
  read: (args) => readEnvironmentOrder('pause', args),
  forms: { pause: environmentForm('pause', 'Pause') },
  buttons: { pause: environmentButton('pause') },
  orders: { pause: environmentOrder('with a reason') },
  done: {
    held: ({ environment }, name) =>
      `${marks.held} Automation is paused on ${environment}: nothing goes there by itself, people still may. Let it go on: ${copyable(`${name} resume ${environment}`)}`,
  },
})

const resume = command('resume', {
  usage: { does: 'lets automation go on', examples: ['resume shop production'] },
  syntax: environmentSyntax,
  read: (args) => readEnvironmentOrder('resume', args),
  forms: { resume: environmentForm('resume', 'Resume') },
  buttons: { resume: environmentButton('resume') },
  orders: { resume: environmentOrder('reason optional') },
  done: { resumed: ({ environment }) => `${marks.resumed} ${environment} goes on by itself again.` },
  refusals: {
    'not-held': ({ environment }, { command: name }) => ({
      didNot: `resume ${environment}`,
      because: `Automation is not paused on ${environment}.`,
      next: `See where it stands: ${copyable(`${name} where`)}`,
    }),
  },
})

export const holds = { pause, resume }
