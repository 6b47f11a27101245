/** An order as the command that would give it: for echoes and suggestions that people can copy. */
import { unreachable } from '../../domain/exhaustive.js'
import type { DeploymentRef, ReleaseRef } from '../../domain/intent.js'
import type { IntentDraft } from './parsed-command.js'

/** The words after the command's name. What only a button can say is left out. */
export function formatCommand(draft: IntentDraft): string {
  return words(draft)
    .filter((word) => word !== null && word !== '')
    .join(' ')
}

type Words = readonly (string | null)[]

function words(draft: IntentDraft): Words {
  switch (draft.kind) {
    case 'cut':
    case 'draft':
    case 'edit':
      return writtenWords(draft)
    case 'promote': {
      const { app, release, environment, override, olderConfirmed } = draft
      const yes = olderConfirmed ? '--yes' : null
      return ['promote', app, named(release), 'to', environment, flag('override', override), yes]
    }
    case 'approve':
    case 'accept':
    case 'reject':
      return [draft.kind, draft.app, ...deployed(draft.deployment), flag('comment', draft.comment)]
    case 'retry':
    case 'skip':
    case 'abort':
      return [draft.kind, draft.app, ...deployed(draft.deployment), flag('override', draft.override)]
    case 'delete':
    case 'abandon':
      return [draft.kind, draft.app, named(draft.release)]
    case 'cherry-pick':
      return [...pickWords(draft), draft.release && 'onto', draft.release && named(draft.release)]
    case 'tag':
      return ['tag', draft.app, named(draft.release)]
    case 'tick':
      return ['checklist', draft.done ? 'tick' : 'untick', draft.app, quote(draft.item), named(draft.release)]
    case 'mute':
      return ['mute', draft.app, draft.level]
    default:
      return placeWords(draft)
  }
}

type Written = Extract<IntentDraft, { kind: 'cut' | 'draft' | 'edit' }>

function writtenWords(draft: Written): Words {
  const title = draft.title === null || draft.title === '' ? null : quote(draft.title)
  const description = flag('description', draft.description)
  switch (draft.kind) {
    case 'cut': {
      const { ref, version, override, draft: made } = draft
      const from = [flag('draft', made && named(made)), flag('from', ref), flag('as', version)]
      return [
        'cut',
        draft.app,
        title,
        description,
        flag('type', draft.type),
        ...from,
        flag('override', override),
      ]
    }
    case 'draft': {
      const { type, plannedAt, scope, links } = draft
      const more = [
        flag('planned', plannedAt),
        flag('scope', scope),
        ...links.map((link) => flag('link', link)),
      ]
      return ['draft', draft.app, title, description, flag('type', type), ...more]
    }
    case 'edit':
      return [
        'edit',
        draft.app,
        named(draft.release),
        flag('title', draft.title),
        description,
        flag('planned', draft.plannedAt),
        flag('scope', draft.scope ?? null),
        ...(draft.links ?? []).map((link) => flag('link', link)),
      ]
    default:
      return unreachable(draft)
  }
}

type Placed = Extract<
  IntentDraft,
  { kind: 'rollback' | 'pause' | 'resume' | 'lock' | 'unlock' | 'freeze' | 'thaw' | 'env' }
>

function placeWords(draft: Placed): Words {
  switch (draft.kind) {
    case 'rollback':
      return [
        'rollback',
        draft.app,
        'on',
        draft.environment,
        ...target(draft.to),
        flag('reason', draft.reason),
        '--yes',
      ]
    case 'pause':
    case 'resume':
      return [draft.kind, draft.app, draft.environment, flag('reason', draft.reason)]
    case 'lock':
    case 'unlock': {
      const { app, environment, until, reason, takeOver } = draft
      return [
        draft.kind,
        app,
        environment,
        flag('until', until),
        flag('reason', reason),
        takeOver ? '--take-over' : null,
      ]
    }
    case 'freeze':
    case 'thaw':
      return [draft.kind, draft.app ?? 'all', flag('until', draft.until), flag('reason', draft.reason)]
    case 'env': {
      const { action, app, environment, argument, confirmed } = draft
      const said = action === 'create' ? flag('from', argument) : argument
      return ['env', action, app, environment, said, confirmed ? '--yes' : null]
    }
    default:
      return unreachable(draft)
  }
}

function pickWords(draft: Extract<IntentDraft, { kind: 'cherry-pick' }>): Words {
  return draft.step === 'start'
    ? ['cherry-pick', ...draft.picks, '--app', draft.app]
    : ['cherry-pick', draft.step, '--app', draft.app]
}

function deployed(ref: DeploymentRef): Words {
  switch (ref.kind) {
    case 'id':
      return [ref.deploymentId]
    case 'of-release':
      return [named(ref.release), ref.environment && 'on', ref.environment]
    case 'in-environment':
      return ['on', ref.environment]
    default:
      return unreachable(ref)
  }
}

function target(to: DeploymentRef | ReleaseRef | null): Words {
  if (to === null) return []
  if (to.kind === 'named') return ['to', to.text]
  if (to.kind === 'id') return ['to', 'deploymentId' in to ? to.deploymentId : named(to)]
  return ['to', ...deployed(to)]
}

function named(ref: ReleaseRef): string {
  return ref.kind === 'named' ? ref.text : ref.releaseId
}

const flag = (name: string, value: string | null): string | null =>
  value === null || value === '' ? null : `--${name} ${quote(value)}`

/** In quotes that the text itself does not hold, escaped as Slack would deliver it. */
function quote(text: string): string {
  const escaped = text.replace(/[&<>]/g, (sign) => (sign === '&' ? '&amp;' : sign === '<' ? '&lt;' : '&gt;'))
  return /["“”„‟«»]/.test(text) ? `\`${escaped.replaceAll('`', "'")}\`` : `"${escaped}"`
}
