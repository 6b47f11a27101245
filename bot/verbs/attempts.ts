/** The verbs of one environment's lane: attempts, holds, locks; and freezes, which close every lane. */
import type { DeploymentRef } from '../../domain/intent.js'
import { type AppArguments, type Arguments, unknownApp, valueOf } from '../commands/arguments.js'
import { present } from '../commands/form-prefill.js'
import { form, order, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { type Settled, settle } from '../commands/release-and-environment.js'

/** `retry staging`, `skip 2026.11.3-rc.1 on staging --override "…"`, `abort production`. */
export function parseAttempt(kind: 'retry' | 'skip' | 'abort', args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const app = args.app.name
  const override = valueOf(args, 'override')
  const deployment = deploymentOf(settled)
  if (deployment !== null) return order({ kind, app, deployment, override })
  return form({ form: kind, app, given: present({ override }), target: {} })
}

function deploymentOf({ release, releaseText, environment }: Settled): DeploymentRef | null {
  // An environment's lane is meant when only it is named, also in the thread of some release.
  if (environment !== null && releaseText === null) return { kind: 'in-environment', environment }
  return release && { kind: 'of-release', release, environment }
}

/** `pause production because …`, `resume production`. */
export function parseHold(kind: 'pause' | 'resume', args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: false, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { environment } = settled
  const app = args.app.name
  const { reason } = args
  if (environment !== null) return order({ kind, app, environment, reason })
  return form({ form: kind, app, given: present({ reason }), target: {} })
}

/** `lock staging for 2h: load test`; a lock has a reason, its end is optional. */
export function parseLock(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: false, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { environment } = settled
  const app = args.app.name
  const { reason } = args
  const until = valueOf(args, 'until')
  if (until === '') return problem({ kind: 'refused', refusal: { code: 'invalid-time', text: until } })
  const takeOver = args.switches.has('take-over')
  if (environment !== null && reason !== null) {
    return order({ kind: 'lock', app, environment, reason, until, takeOver })
  }
  return form({
    form: 'lock',
    app,
    given: present({ environment, 'required-reason': reason, until }),
    target: {},
  })
}

/** `unlock staging`. */
export function parseUnlock(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: false, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { environment } = settled
  const app = args.app.name
  const { reason } = args
  if (environment === null) return form({ form: 'unlock', app, given: present({ reason }), target: {} })
  return order({ kind: 'unlock', app, environment, reason, until: null, takeOver: false })
}

/** `freeze shop until fri 17:00: audit`, `freeze all …`, `thaw`. */
export function parseFreeze(kind: 'freeze' | 'thaw', args: Arguments): ParsedCommand {
  const [extra] = args.words.filter(({ token }) => token.text.toLowerCase() !== 'all')
  if (extra !== undefined) {
    return problem({ kind: 'refused', refusal: unknownApp(extra.token.text, args.context) })
  }
  const every = args.words.length > 0
  const app = every ? null : (args.app?.name ?? null)
  const { reason } = args
  const until = valueOf(args, 'until')
  const scoped = every || app !== null
  if (scoped && (kind === 'thaw' || (reason !== null && until !== null && until !== ''))) {
    return order({ kind, app, reason, until })
  }
  const [first] = args.context.apps
  if (first === undefined) return problem({ kind: 'which-app', apps: [], verb: kind })
  const given = present({ app: every ? 'all' : app, until, 'required-reason': reason })
  return form({ form: kind, app: app ?? first.name, given, target: {} })
}
