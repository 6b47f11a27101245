/** `approve`, `accept` and `reject`. Text decides only when app, candidate and environment are all named. */

import type { AppArguments } from '../commands/arguments.js'
import { present } from '../commands/form-prefill.js'
import type { FormTarget } from '../commands/form-request.js'
import { form, order, type ParsedCommand, problem } from '../commands/parsed-command.js'
import { type Settled, settle } from '../commands/release-and-environment.js'
import { namesCandidate } from '../commands/release-words.js'

/** `accept shop 2026.11.3-rc.1 staging`; anything left out opens the form. */
export function parseDecision(kind: 'approve' | 'accept' | 'reject', args: AppArguments): ParsedCommand {
  const settled = settle(args, { release: true, environment: true })
  if (settled.kind !== 'settled') return problem(settled)
  const { release, releaseText, environment } = settled
  const app = args.app.name
  const comment = args.reason
  const reasoned = kind !== 'reject' || comment !== null
  if (release !== null && environment !== null && isCandidate(settled) && reasoned) {
    return order({ kind, app, deployment: { kind: 'of-release', release, environment }, comment })
  }
  const said = kind === 'reject' ? { 'required-reason': comment } : { comment }
  return form({
    form: kind,
    app,
    given: present({ release: releaseText, environment, ...said }),
    target: targetOf(settled),
  })
}

/** `latest` and a version alone name whatever is newest when they are read, and no decision may depend on that. */
function isCandidate({ release, releaseText }: Settled): boolean {
  return release?.kind === 'id' ? release.candidate !== null : namesCandidate(releaseText ?? '')
}

function targetOf({ release }: Settled): FormTarget {
  if (release?.kind !== 'id') return {}
  const { releaseId, candidate } = release
  return candidate === null ? { releaseId } : { releaseId, candidate }
}
