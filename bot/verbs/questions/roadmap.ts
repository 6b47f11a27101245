/** `roadmap`: all planned releases. */
import type { Arguments } from '../../commands/arguments.js'
import { type ParsedCommand, problem, read } from '../../commands/parsed-command.js'
import { releaseAndEnvironment } from '../../commands/release-and-environment.js'
import { appFlags, placeKeywords, syntax } from '../../commands/syntax.js'
import { command } from '../common/command.js'
import { answerRoadmap } from './answer-roadmap.js'

export const roadmap = command('roadmap', {
  usage: { does: 'shows what is planned, by day', examples: ['roadmap shop', 'roadmap --here'] },
  syntax: syntax(placeKeywords, { ...appFlags, here: 'switch' }),
  read: readRoadmap,
  buttons: { roadmap: ({ app }) => read({ kind: 'roadmap', app, here: false }) },
  answers: { roadmap: answerRoadmap },
})

function readRoadmap(args: Arguments): ParsedCommand<never> {
  const sorted = releaseAndEnvironment(args, { release: false, environment: false })
  if (sorted.kind !== 'sorted') return problem(sorted)
  return read({ kind: 'roadmap', app: args.app?.name ?? null, here: args.switches.has('here') })
}
