import { describe, expect, test } from 'vitest'
import { parseVersion } from '../../../domain/identifiers.js'
import { notificationOf } from '../../../domain/notifications.js'
import { tagAgain } from '../../../domain/release/handle.js'
import type { ReleaseState } from '../../../domain/release/state.js'
import {
  applyTag,
  dueTags,
  nextTagAt,
  type TagAnswer,
  wantedBranch,
  wantTag,
} from '../../../domain/release/tags.js'
import { anApp } from '../../support/app-definition.js'
import { ALICE, aRelease, by, commitOf, minute, sure } from '../../support/lane.js'

const cut = aRelease()
const RC = 'v2026.11.1-rc.1'
const tagged = (state: ReleaseState, answer: TagAnswer, at = minute(1)) => applyTag(state, RC, answer, at)
const kinds = ({ events }: ReturnType<typeof applyTag>) =>
  events.map((event) => `${event.kind} ${notificationOf(event)}`)
const away: TagAnswer = { kind: 'away', reason: 'could not resolve host' }

describe('the tag of a candidate', () => {
  test('is wanted with the cut, dated by it, and says title, version and who', () => {
    const named = aRelease()
    const [tag] = named.tags

    expect(tag).toMatchObject({ name: RC, commit: commitOf(1), state: 'pending', dated: minute(0) })
    expect(tag?.message).toBe(`shop 2026.11.1-rc.1: Summer sale\n\nCut by ${ALICE}.\n`)
  })

  test('of a title over several lines stays on one', () => {
    const wild = { ...aRelease(), title: 'Summer\n\nsale  <x>', tags: [] }
    const says = { candidate: 1, ofVersion: false, says: 'Cut by A\nB', at: minute(0) }

    expect(wantTag(wild, says).tags[0]?.message).toBe('shop 2026.11.1-rc.1: Summer sale <x>\n\nCut by A B.\n')
  })

  test.each([
    [{ kind: 'tagged' }, 'pushed', null, ['tag.pushed keep']],
    [{ kind: 'taken', by: commitOf(9) }, 'taken', commitOf(9), ['tag.taken broadcast']],
    [{ kind: 'refused', reason: 'GH013' }, 'refused', 'GH013', ['tag.refused broadcast']],
    [away, 'pending', 'could not resolve host', []],
  ] as const)('after %o stands so', (answer, state, because, told) => {
    const step = tagged(cut, answer)

    expect(step.state.tags[0]).toMatchObject({ state, because })
    expect(kinds(step)).toEqual(told)
  })

  test('of a remote that is away is tried again, later and later, and told once after ten minutes', () => {
    let state = cut
    const told: string[] = []
    const tries: string[] = []
    for (let at = minute(0); at < minute(60); ) {
      const step = tagged(state, away, at)
      told.push(...kinds(step).map((kind) => `${kind} at ${at}`))
      state = step.state
      at = sure(nextTagAt(state))
      tries.push(at)
    }

    expect(tries.slice(0, 5)).toEqual([1, 3, 7, 15, 25].map(minute))
    expect(told).toEqual([`tag.waits broadcast at ${minute(15)}`])
    expect(dueTags(state, minute(64))).toEqual([])
    expect(dueTags(state, minute(70))).toHaveLength(1)
  })

  test('once settled is not changed by what comes late', () => {
    const pushed = tagged(cut, { kind: 'tagged' }).state

    expect(tagged(pushed, away).state).toBe(pushed)
    expect(nextTagAt(pushed)).toBeNull()
  })

  test('of a deleted release is not pushed any more', () => {
    expect(dueTags({ ...cut, lifecycle: 'deleted' }, minute(5))).toEqual([])
  })
})

describe('tried again by a person', () => {
  test('is every tag that is not in the remote, at once', () => {
    const refused = tagged(cut, { kind: 'refused', reason: 'GH013' }).state
    const again = tagAgain(refused, by(ALICE, minute(9)))

    expect(again.outcome).toMatchObject({ done: { code: 'tagging', tags: [RC] } })
    expect(dueTags(again.step.state, minute(9))).toMatchObject([{ name: RC, because: null }])
  })

  test('is refused when all are', () => {
    const pushed = tagged(cut, { kind: 'tagged' }).state

    expect(tagAgain(pushed, by()).outcome).toMatchObject({ refusal: { code: 'tags-pushed' } })
  })
})

describe('the branch of a release’s picks', () => {
  const version = sure(parseVersion('2026.11.1'))

  test.each([
    ['v{version}', 'release/{tag}', 'release/v2026.11.1'],
    ['web-v{version}', 'release/{tag}', 'release/web-v2026.11.1'],
    ['a$&{version}', 'release/{tag}', 'release/a$&2026.11.1'],
    ['web-v{version}', 'picks-{version}', 'picks-2026.11.1'],
  ])('of tag %s and pattern %s is %s', (tag, pickBranch, branch) => {
    expect(wantedBranch({ ...anApp(), tag, pickBranch }, version)).toBe(branch)
  })
})
