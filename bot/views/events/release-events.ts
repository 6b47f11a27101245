import { sayDuration } from '../../../domain/durations.js'
import { unreachable } from '../../../domain/exhaustive.js'
import { type CommitSha, shortCommit } from '../../../domain/identifiers.js'
import type { PickedMerges } from '../../../domain/ports.js'
import type { Standstill } from '../../../domain/reasons.js'
import { listed } from '../listed.js'
import { marks } from '../marks.js'
import type { Markup } from '../markup.js'
import { actWords } from '../words/act-words.js'
import { failureWords } from '../words/failure-words.js'
import { missingWords } from '../words/missing-words.js'
import type { EventTexts, KindsOf } from './event-text.js'

const fields = {
  title: 'title',
  description: 'description',
  planned: 'planned date',
  scope: 'scope',
  links: 'links',
  after: 'what it waits for',
} as const

/** Events of releases, their candidates and their commits. */
export const releaseEvents: EventTexts<
  KindsOf<'release'> | KindsOf<'candidate'> | KindsOf<'pick'> | KindsOf<'tag'> | KindsOf<'order'>
> = {
  'release.drafted': {
    mark: marks.drafted,
    says: ({ title }, { m }) => `Drafted “${m.text(title)}”.`,
  },
  'release.cut': {
    mark: marks.cut,
    says: ({ version, title }, { m }) => `Cut ${version} “${m.text(title)}”.`,
  },
  'release.edited': {
    mark: marks.drafted,
    says: ({ changes }, { m }) =>
      `Changed: ${changes.map(({ field, after }) => `${fields[field]} is now ${after === '' ? 'nothing' : `“${m.text(field === 'planned' ? after.slice(0, 10) : after, 300)}”`}`).join('; ')}.`,
  },
  'release.notes_edited': {
    mark: marks.drafted,
    says: ({ sections }) => `The release notes were edited: ${listed(sections, MOST)}.`,
  },
  'release.linked': {
    mark: marks.linked,
    says: ({ from, to }) => `Linked from ${from} to ${to}: the release can no longer be deleted.`,
  },
  'release.released': {
    mark: marks.released,
    says: ({ name }, { m }) => `${m.text(name)} is released.`,
  },
  'release.abandoned': {
    mark: marks.abandoned,
    says: ({ name }, { m }) => `${m.text(name)} was abandoned.`,
  },
  'release.deleted': {
    mark: marks.gone,
    says: ({ version, title }, { m }) => `Deleted ${version ?? `the draft “${m.text(title)}”`}.`,
  },
  'release.restored': {
    mark: marks.repaired,
    says: ({ interrupted }) =>
      `The workflow of this release had ended; it goes on from its record${interrupted.map((what) => `. The ${what} that was under way was interrupted: order it again`).join('')}.`,
  },
  'release.stalled': {
    mark: marks.stalled,
    says: ({ name, silentMs, waits }, { m }) =>
      `Nothing has happened to ${m.text(name)} for ${sayDuration(silentMs)}: ${standstillWords(waits, m)}.`,
  },
  'candidate.cut': {
    mark: marks.cut,
    says: ({ name, commit, bound }, { m }) =>
      `${name} was cut at commit ${m.code(shortCommit(commit))}${bound === null ? '' : `, on its way to ${bound}`}.`,
  },
  'candidate.ready': {
    mark: marks.good,
    says: ({ name }) => `${name} is built.`,
  },
  'candidate.build_failed': {
    mark: marks.failed,
    says: ({ name, failure }, { m }) => `The build of ${name} failed: ${failureWords(failure, m)}.`,
  },
  'candidate.rebuilding': {
    mark: marks.repeated,
    says: ({ name }) => `${name} is built again.`,
  },
  'candidate.picked': {
    mark: marks.picked,
    says: ({ name, onto, picked, contained, merges }, { m }) =>
      [
        `${name} picks ${commits(picked, m)} onto ${onto}.`,
        ...(merges.total === 0 ? [] : [`Merges are taken against their first parent: ${sides(merges, m)}.`]),
        ...(contained.length === 0 ? [] : [`Already contained: ${commits(contained, m)}.`]),
      ].join(' '),
  },
  'pick.confirmed': {
    mark: marks.overridden,
    says: ({ name, at, carried, commits: confirmed, total, note }, { m }) => {
      const shown = confirmed.map(
        ({ sha, subject }) => `${m.code(shortCommit(sha))} “${m.text(subject, 80)}”`,
      )
      const what = listed(shown, MOST, total)
      const says = carried
        ? `${name} also has ${what}: it was on the branch with the resolution of ${m.code(shortCommit(at))}, and was confirmed.`
        : `${name} has ${what} as the resolution of ${m.code(shortCommit(at))}, which was confirmed: none of it names that commit.`
      return note === null ? says : `${says} “${m.text(note, 300)}”.`
    },
  },
  'pick.skipped': {
    mark: marks.skipped,
    says: ({ commit, newest }, { m }) =>
      `${m.code(shortCommit(commit))} was skipped and nothing else was to be picked: ${newest} stays the newest candidate.`,
  },
  'pick.conflict': {
    mark: marks.conflict,
    says: ({ commit, branch, sides }, { m }) => {
      const shown = sides
        .slice(0, 5)
        .map(
          ({ file, ours, theirs }) =>
            `${m.code(file, 80)} (${m.text(ours, 40)} here, ${m.text(theirs, 40)} there)`,
        )
      const more = sides.length > shown.length ? ` and ${sides.length - shown.length} more` : ''
      const where = m.text(branch, 80)
      return `Picking ${m.code(shortCommit(commit))} onto ${where} stopped at a conflict in ${shown.join(', ')}${more}. No candidate was made. Resolve it on ${where} and continue, or skip this commit.`
    },
  },
  'pick.failed': {
    mark: marks.failed,
    says: ({ message }, { m }) => `The pick failed: ${m.text(message, 300)}`,
  },
  'pick.off_trunk': {
    mark: marks.picked,
    says: ({ name, trunk, commits, total }, { m }) => {
      const shown = commits.map((one) => missingWords(one, m))
      return `${name} has what ${m.code(trunk, 60)} lacks: ${listed(shown, MOST, total)}. Merge it there, or the next release cut from it loses it.`
    },
  },
  'pick.on_trunk': {
    mark: marks.good,
    says: ({ name, trunk }, { m }) => `${m.code(trunk, 60)} lacks nothing of ${name} any more.`,
  },
  'pick.settled': {
    mark: marks.overridden,
    says: ({ commit, trunk, reason }, { m }) =>
      `${m.code(shortCommit(commit))} is on ${m.code(trunk, 60)} in another form: “${m.text(reason, 300)}”.`,
  },
  'tag.pushed': {
    mark: marks.tagged,
    says: ({ name, tag }, { m }) => `${name} is tagged ${m.code(tag)}.`,
  },
  'tag.taken': {
    mark: marks.failed,
    says: ({ tag, takenBy }, { m }) =>
      `The tag ${m.code(tag)} is not this release's: it already names ${m.code(shortCommit(takenBy))} and was not moved. Remove it there, then try the tag again.`,
  },
  'tag.refused': {
    mark: marks.failed,
    says: ({ tag, message }, { m }) =>
      `The repository refused the tag ${m.code(tag)}: ${m.text(message, 300)} Allow it there, then try the tag again.`,
  },
  'tag.waits': {
    mark: marks.queued,
    says: ({ tag, message }, { m }) =>
      `The tag ${m.code(tag)} is not pushed yet, the repository does not answer: ${m.text(message, 300)} It is tried again.`,
  },
  'tag.retried': {
    mark: marks.repeated,
    says: ({ tags }, { m }) =>
      `Pushing again: ${listed(
        tags.map((tag) => m.code(tag)),
        MOST,
      )}.`,
  },
  'order.unrecorded': {
    mark: marks.failed,
    says: ({ reason }, { m }) =>
      `A change could not be recorded: ${m.text(reason, 300)}. What is shown may be behind until the next one.`,
  },
  'order.refused': {
    mark: marks.refused,
    says: ({ verb, code }) => `Refused to ${actWords(verb)}: ${code.replaceAll('-', ' ')}.`,
  },
  'order.forged': {
    mark: marks.failed,
    says: ({ verb, workflow }, { m }) =>
      `An order that Slipway did not send reached ${m.code(workflow)}: ${m.code(verb)}. Nothing was done. Somebody else reaches Temporal: see security.md.`,
  },
}

const MOST = 10

const commits = (list: readonly CommitSha[], m: Markup): string =>
  listed(
    list.map((commit) => m.code(shortCommit(commit))),
    MOST,
  )

const sides = (merges: PickedMerges, m: Markup): string =>
  listed(
    merges.named.map(
      ({ commit, against }) => `${m.code(shortCommit(commit))} as it changed ${m.code(shortCommit(against))}`,
    ),
    MOST,
    merges.total,
  )

const states = {
  prepared: 'is prepared and waits for its gates to',
  queued: 'waits in line for',
  running: 'is being deployed to',
  failed: 'failed and waits for a retry, a skip or a rollback in',
  awaiting_acceptance: 'waits for acceptance in',
} as const

function standstillWords(waits: Standstill, m: Markup): string {
  const name = m.text(waits.name)
  switch (waits.kind) {
    case 'deployment':
      return `${name} ${states[waits.state]} ${waits.environment}`
    case 'building':
      return `${name} is still being built`
    case 'build-failed':
      return `the build of ${name} failed`
    case 'not-promoted':
      return `${name} was promoted no further`
    default:
      return unreachable(waits)
  }
}
