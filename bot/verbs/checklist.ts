/** `delete`, `checklist` and `mute`. */
import { nearest } from '../../domain/nearest.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { type AppArguments, type Arguments, unknownApp } from '../commands/arguments.js'
import { present } from '../commands/form-prefill.js'
import { form, order, type ParsedCommand, problem, read } from '../commands/parsed-command.js'
import { settle } from '../commands/release-and-environment.js'
import { namesVersion } from '../commands/release-words.js'

/** `delete shop 2026.11.3`. Whoever types the version has named what goes; anything less opens the form that asks for it. */
export function parseDelete(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { release, releaseText } = settled
  const app = args.app.name
  const named = releaseText !== null && (namesVersion(releaseText) || release?.kind === 'id')
  if (release !== null && named) return order({ kind: 'delete', app, release })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'delete', app, given: present({ release: releaseText }), target })
}

const steps: Readonly<Record<string, boolean>> = { tick: true, done: true, untick: false, undo: false }

/** `checklist`, `checklist tick "QA sign-off" 2026.11.3`. */
export function parseChecklist(args: AppArguments): ParsedCommand {
  const [first, ...words] = args.words
  const step = first?.token.text.toLowerCase() ?? ''
  const done = Object.hasOwn(steps, step) ? steps[step] : undefined
  return done === undefined ? parseShownChecklist(args) : parseTick({ ...args, words }, done)
}

function parseTick(args: AppArguments, done: boolean): ParsedCommand {
  const [text, ...quoted] = args.quoted
  const settled = settle({ ...args, quoted }, { release: true, environment: false })
  if (settled.kind !== 'settled') return problem(settled)
  const item = text === undefined ? null : findItem(args.app, text)
  if (text !== undefined && item === null) {
    const items = args.app.checklist.map((entry) => entry.item)
    const close = nearest(text, items)
    return problem({ kind: 'unknown-item', text, items: close.length > 0 ? close : items })
  }
  const { release, releaseText } = settled
  const app = args.app.name
  if (release !== null && item !== null) return order({ kind: 'tick', app, release, item, done })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'checklist', app, given: present({ release: releaseText, item }), target })
}

function parseShownChecklist(args: AppArguments): ParsedCommand {
  const words = args.words.filter(({ token }) => token.text.toLowerCase() !== 'show')
  const settled = settle({ ...args, words }, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { release, environment } = settled
  return read({
    kind: 'checklist',
    app: args.app.name,
    release,
    environment,
    here: args.switches.has('here'),
  })
}

function findItem(app: AppDefinition, text: string): string | null {
  const wanted = text.toLowerCase()
  return app.checklist.find(({ item }) => item.toLowerCase() === wanted)?.item ?? null
}

/** `mute`, `mute shop mine`, `watch`: which changes a person is told about. */
export function parseMute(args: Arguments): ParsedCommand {
  let level: 'all' | 'mine' | 'none' | null = null
  for (const { token } of args.words) {
    const text = token.text.toLowerCase()
    if (level !== null || (text !== 'all' && text !== 'mine' && text !== 'none')) {
      return args.appNamed || level !== null
        ? problem({ kind: 'unexpected', text: token.text, verb: args.verb })
        : problem({ kind: 'refused', refusal: unknownApp(token.text, args.context) })
    }
    level = text
  }
  const usual = args.typed === 'watch' ? 'all' : 'none'
  return order({ kind: 'mute', app: args.app?.name ?? null, level: level ?? usual })
}
