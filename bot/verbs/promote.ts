/** `promote` and `rollback`: what moves builds between environments. */
import { type AppArguments, valueOf } from '../commands/arguments.js'
import { present } from '../commands/form-prefill.js'
import { form, order, type ParsedCommand, problem, read } from '../commands/parsed-command.js'
import { settle } from '../commands/release-and-environment.js'
import { releaseRef } from '../commands/release-words.js'

/** `promote shop 2026.11.3-rc.1 to staging`. The environment is never implied. */
export function parsePromote(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { release, releaseText, environment } = settled
  const app = args.app.name
  if (args.switches.has('dry-run')) return read({ kind: 'plan', app, release, environment, here: false })
  const override = valueOf(args, 'override')
  if (release !== null && environment !== null) {
    const olderConfirmed = args.switches.has('yes')
    return order({ kind: 'promote', app, release, environment, override, olderConfirmed })
  }
  // The lowest is safe to suggest; whoever wants another says so.
  const suggested = environment ?? args.app.environments[0]?.name ?? null
  const given = present({ release: releaseText, environment: suggested, override })
  const target = release?.kind === 'id' ? { releaseId: release.releaseId } : {}
  return form({ form: 'promote', app, given, target })
}

/** `rollback production to 2026.11.2 -m "…"`. It asks to be confirmed, in a form or by `--yes`. */
export function parseRollback(args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { releaseText, environment } = settled
  const app = args.app.name
  const { reason } = args
  if (environment !== null && args.switches.has('yes')) {
    // The thread's release is what to roll back from, never what to go to.
    const to = releaseText === null ? null : releaseRef(releaseText, args.context)
    return order({ kind: 'rollback', app, environment, to, reason })
  }
  return form({ form: 'rollback', app, given: present({ environment, to: releaseText, reason }), target: {} })
}
