/** `cut`, `draft` and `edit`: how releases begin. */
import { parseVersion } from '../../domain/identifiers.js'
import { nearest } from '../../domain/nearest.js'
import type { Refusal } from '../../domain/refusal.js'
import { type AppArguments, unknownApp, valueOf } from '../commands/arguments.js'
import { present } from '../commands/form-prefill.js'
import {
  form,
  order,
  type ParsedCommand,
  type Problem,
  problem,
  refused,
} from '../commands/parsed-command.js'
import { settle } from '../commands/release-and-environment.js'
import { releaseRef } from '../commands/release-words.js'

/** `cut shop "Summer sale" --from main --type feature --as 2.0.0 --override "reason"`. */
export function parseCut(args: AppArguments): ParsedCommand {
  const written = readWritten(args)
  if (written.kind !== 'written') return written
  const { title, description, type } = written
  const version = valueOf(args, 'as')?.replace(/^v/i, '') ?? null
  if (version !== null && parseVersion(version) === null) {
    return refused({ code: 'invalid-version', text: version })
  }
  const draft = valueOf(args, 'draft')
  const ref = valueOf(args, 'from')
  const override = valueOf(args, 'override')
  if (written.certain || draft !== null) {
    return order({
      kind: 'cut',
      app: args.app.name,
      title,
      description,
      type,
      ref,
      version,
      override,
      draft: draft === null ? null : releaseRef(draft, args.context),
    })
  }
  const given = present({ title, description, type, ref, version, override })
  return form({ form: 'cut', app: args.app.name, given, target: {} })
}

/** `draft "Summer sale" --planned 2026-12-01 --scope "…" --link https://…`. */
export function parseDraft(args: AppArguments): ParsedCommand {
  const written = readWritten(args)
  if (written.kind !== 'written') return written
  const { title, description, type } = written
  const planned = valueOf(args, 'planned')
  if (planned !== null && !isDate(planned)) return refused({ code: 'invalid-time', text: planned })
  const scope = valueOf(args, 'scope') ?? ''
  const links = args.values.get('link') ?? []
  const app = args.app.name
  if (written.certain) {
    return order({ kind: 'draft', app, title, description, type, plannedAt: planned, scope, links })
  }
  const given = present({ title, description, type, planned, scope, links: links.join('\n') })
  return form({ form: 'draft', app, given, target: {} })
}

/** `edit <draft> --title "…" --description "…"`, `edit <release> --planned 2026-12-01 --link CHG-123`. */
export function parseEdit(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: false })
  if (settled.kind !== 'settled') return problem(settled)
  const title = valueOf(args, 'title')
  const description = valueOf(args, 'description')
  const planned = valueOf(args, 'planned')
  if (planned !== null && !isDate(planned)) return refused({ code: 'invalid-time', text: planned })
  const app = args.app.name
  const { release, releaseText } = settled
  const scope = valueOf(args, 'scope')
  const links = args.values.get('link') ?? []
  if (release !== null && ((title ?? description ?? planned ?? scope) !== null || links.length > 0)) {
    return order({ kind: 'edit', app, release, title, description, plannedAt: planned, scope, links })
  }
  const given = present({ title, description, planned, scope, links: links.join('\n'), release: releaseText })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'edit', app, given, target })
}

/** A calendar day, as a date picker gives it. */
export const isDate = (text: string): boolean =>
  /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text))

interface Written {
  readonly kind: 'written'
  readonly title: string
  readonly description: string
  readonly type: string
  /** The title was quoted or given by its flag; bare words are only a guess at one. */
  readonly certain: boolean
}

type Rejected = Extract<ParsedCommand, { kind: 'problem' }>

const rejected = (what: Problem): Rejected => ({ kind: 'problem', problem: what })

function readWritten(args: AppArguments): Written | Rejected {
  const [quotedTitle, ...more] = args.quoted
  const flagTitle = valueOf(args, 'title')
  const unexpected = flagTitle === null ? more[0] : quotedTitle
  if (unexpected !== undefined) return rejected({ kind: 'unexpected', text: unexpected, verb: args.verb })
  const title = flagTitle ?? quotedTitle ?? null
  const misspelt = misspeltApp(args, title !== null)
  if (misspelt !== null) return rejected({ kind: 'refused', refusal: unknownApp(misspelt, args.context) })
  const type = readType(args)
  if (typeof type !== 'string') return rejected({ kind: 'refused', refusal: type })
  return {
    kind: 'written',
    title: title ?? args.words.map(({ token }) => token.text).join(' '),
    description: valueOf(args, 'description') ?? '',
    type,
    certain: title !== null && title !== '',
  }
}

/** Beside a title, a bare word has no place; alone, one that is nearly an app is that app misspelt. */
function misspeltApp(args: AppArguments, titled: boolean): string | null {
  const [first, ...rest] = args.words
  if (first === undefined || (args.appNamed && !titled)) return null
  if (titled || first.keyword !== null) return first.token.text
  const apps = args.context.apps.map((app) => app.name)
  return rest.length === 0 && nearest(first.token.text, apps).length > 0 ? first.token.text : null
}

function readType(args: AppArguments): string | Refusal {
  const known = args.app.types.map((policy) => policy.name)
  const asked = args.switches.has('hotfix') ? 'hotfix' : valueOf(args, 'type')
  if (asked === null) return known.includes('feature') ? 'feature' : (known[0] ?? 'feature')
  const type = known.find((name) => name === asked.toLowerCase())
  return type ?? { code: 'unknown-type', text: asked, nearest: nearest(asked, known) }
}
