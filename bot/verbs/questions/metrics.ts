/** `metrics`: how long deployments take, and how they end. */
import { parseDuration } from '../../../domain/durations.js'
import { type Arguments, valueOf } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read, refused } from '../../commands/parsed-command.js'
import { releaseAndEnvironment } from '../../commands/release-and-environment.js'
import { appFlags, placeKeywords, syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerMetrics } from './answer-metrics.js'

export const metrics = command('metrics', {
  usage: { does: 'shows durations and outcomes', examples: ['metrics shop --since 30d'] },
  syntax: syntax(placeKeywords, { ...appFlags, here: 'switch', since: 'value' }),
  read: readMetrics,
  buttons: {
    metrics: ({ app, argument = null }) => read({ kind: 'metrics', app, since: argument, here: false }),
  },
  answers: { metrics: answerMetrics },
})

/** `metrics --since 30d`. */
function readMetrics(args: Arguments): ParsedCommand<never> {
  const sorted = releaseAndEnvironment(args, { release: false, environment: false })
  if (sorted.kind !== 'sorted') return problem(sorted)
  const since = valueOf(args, 'since')
  if (since !== null && parseDuration(since) === null) return refused({ code: 'invalid-time', text: since })
  return read({ kind: 'metrics', app: args.app?.name ?? null, since, here: args.switches.has('here') })
}
