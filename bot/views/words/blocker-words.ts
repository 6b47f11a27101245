/** What blocks a candidate and what then happens automatically; and what a plan waits for, as parts of a sentence. */
import type { Blocker } from '../../../domain/blockers/blocker.js'
import type { PlanGate } from '../../../domain/blockers/plan.js'
import { sayDuration } from '../../../domain/durations.js'
import { unreachable } from '../../../domain/exhaustive.js'
import { shortCommit } from '../../../domain/identifiers.js'
import type { Markup } from '../markup.js'
import { approvalsWords, checkWord, closureWords, problemWords } from './gate-words.js'
import { missingWords } from './missing-words.js'
import { setbackWords } from './setback-words.js'
import { tagWords } from './tag-words.js'
import { waitNext, waitWords } from './wait-words.js'

export interface BlockerWords {
  /** What it is, without a full stop. */
  readonly says: string
  /** What then happens automatically: a sentence. */
  readonly next: string
}

function buildWords(noRoom: string | null, m: Markup): BlockerWords {
  if (noRoom === null) return { says: 'It is being built', next: 'Built, it goes to the first environment.' }
  const says = `Its build waits for room on a disk: ${m.text(noRoom, 300)}`
  return { says, next: 'It is built as soon as there is room again.' }
}

/** `environment` is set for all kinds that concern one. */
export function blockerWords(blocker: Blocker, m: Markup): BlockerWords {
  const place = blocker.environment ?? ''
  switch (blocker.kind) {
    case 'conflict':
      return conflictWords(blocker, m)
    case 'build':
      return buildWords(blocker.noRoom, m)
    case 'build-failed':
      return { says: 'Its build failed', next: 'Nothing, until it is retried or a fix is picked.' }
    case 'rejected':
      return { says: 'It was rejected', next: 'Nothing: it goes no further; pick a fix.' }
    case 'running':
      return { says: `It is being deployed to ${place}`, next: 'Its check follows.' }
    case 'worker':
      return workerWords(blocker, m)
    case 'failure':
      return {
        says: `Its deployment to ${place} failed at ${blocker.stage ?? 'the start'}`,
        next: 'Nothing: retry, skip or roll back.',
      }
    case 'tag':
      return {
        says: `The tag ${m.code(blocker.tag.name, 60)} ${tagWords(blocker.tag, m)}`,
        next:
          blocker.tag.state === 'pending'
            ? 'It is tried again by itself.'
            : 'Nothing: set that right, then try the tag again.',
      }
    case 'off-trunk':
      return offTrunkWords(blocker, m)
    case 'acceptance':
      return {
        says: `It runs in ${place} and waits for acceptance`,
        next: blocker.last
          ? 'Once it is accepted, it is released.'
          : 'Once it is accepted, it may go to the environments above.',
      }
    case 'torn-down':
      return tornDownWords(blocker, place, m)
    case 'lane': {
      const { place: number, inMs } = blocker
      const expected = inMs === null ? '' : `, its turn comes in about ${sayDuration(inMs)}`
      return { says: `It is number ${number} in line for ${place}${expected}`, next: inTurn(place) }
    }
    case 'promotion':
      return promotionWords(blocker, place, m)
    case 'lock':
    case 'freeze':
    case 'hold':
    case 'window':
    case 'lost-host':
      return {
        says: `${place} is ${closureWords(blocker.closure, m)}`,
        next: blocker.promoted ? `Nothing by itself: then somebody promotes it to ${place}.` : inTurn(place),
      }
    default:
      return { says: gateSays(blocker, m), next: gateNext(blocker) }
  }
}

function conflictWords(
  { commit, branch, files }: Extract<Blocker, { kind: 'conflict' }>,
  m: Markup,
): BlockerWords {
  return {
    says: `The pick of ${m.code(shortCommit(commit))} is in conflict on ${m.text(branch, 80)}: ${m.text(files.join(', '), 200)}`,
    next: `After ${m.code('cherry-pick continue')} or ${m.code('skip')} the next candidate is built.`,
  }
}

function offTrunkWords({ commit, trunk }: Extract<Blocker, { kind: 'off-trunk' }>, m: Markup): BlockerWords {
  const name = shortCommit(commit.original ?? commit.sha)
  const word = m.code(`on-trunk … --commit ${name} --reason "…"`)
  return {
    says: `${missingWords(commit, m)} is not on ${m.code(trunk, 60)}: what is cut there later lacks it`,
    next: `It is looked for again by itself. Merge it there; where it is there in another form, say so with ${word}.`,
  }
}

function workerWords({ environment, wait }: Extract<Blocker, { kind: 'worker' }>, m: Markup): BlockerWords {
  const what = environment === null ? 'Its build' : `Its deployment to ${environment}`
  return { says: `${what} ${waitWords(wait, m)}`, next: waitNext(wait, m) }
}

function tornDownWords(
  { back }: Extract<Blocker, { kind: 'torn-down' }>,
  place: string,
  m: Markup,
): BlockerWords {
  const again =
    back === null
      ? ''
      : `${m.code(`env rebuild ${place}`)} sets ${place} up again with ${m.text(back, 60)}, or `
  return {
    says: `${place} was torn down; it ran there`,
    next: `Nothing by itself: ${again}promote something to ${place}.`,
  }
}

function promotionWords(
  { newer, setback }: Extract<Blocker, { kind: 'promotion' }>,
  place: string,
  m: Markup,
): BlockerWords {
  const older =
    newer === null ? '' : ` (${m.text(newer, 60)} is newer and good; promoting this one asks first)`
  const says =
    setback === null
      ? `Nobody has promoted it to ${place} yet${older}`
      : `It ${setbackWords(setback, place, m)}; nobody has promoted it there again${older}`
  return { says, next: 'Nothing goes up by itself.' }
}

type GateBlocker = Extract<Blocker, { kind: 'approval' | 'checklist' | 'ticket' | 'soak' | 'checks' }>

function gateSays(blocker: GateBlocker, m: Markup): string {
  switch (blocker.kind) {
    case 'approval':
      return `${blocker.environment ?? ''} needs ${approvalsWords(blocker.gate, m)}`
    case 'checklist':
      return `“${m.text(blocker.item, 80)}” is not ticked by somebody else than who asked for the deployment`
    case 'ticket':
      return `No change ticket is linked that looks like ${m.text(blocker.pattern, 80)}`
    case 'soak':
      return 'It soaks in the environment below'
    case 'checks': {
      const { check, problem } = blocker
      const why = problem === null ? '' : ` (${problemWords(problem, m)})`
      return `The check ${m.text(check.name, 60)} is ${checkWord(check, m)}${why}`
    }
    default:
      return unreachable(blocker)
  }
}

const gateNext = ({ kind, environment }: GateBlocker): string =>
  kind === 'checks'
    ? 'It is asked for again and again; green, it opens by itself.'
    : `With its last gate it is deployed to ${environment ?? ''} by itself.`

const inTurn = (environment: string): string => `Then it is deployed to ${environment} in its turn.`

/** One part for each condition that has to be met first. */
export function planGateWords(gate: PlanGate, m: Markup): readonly string[] {
  switch (gate.kind) {
    case 'promoted':
      return ['somebody promotes it']
    case 'approvals':
      return [approvalsWords(gate, m)]
    case 'checklist':
      return gate.items.map(({ item, role }) => `“${m.text(item, 80)}” ticked by ${m.text(role, 40)}`)
    case 'ticket':
      return [`a change ticket like ${m.text(gate.pattern, 80)}`]
    case 'soak':
      return [`soaks until ${m.date(gate.until)}`]
    case 'soaks':
      return [`soaks ${sayDuration(gate.ms)} once accepted below`]
    case 'checks':
      return gate.reading.checks
        .filter(({ state }) => state !== 'success')
        .map((check) => `check ${m.text(check.name, 60)} green (it is ${checkWord(check, m)})`)
    case 'closed':
      return [closureWords(gate.closure, m)]
    default:
      return unreachable(gate)
  }
}
