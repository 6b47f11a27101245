/** What a form offers to choose and presets from what was found in time. */
import type { InputBlock, ModalView } from '@slack/types'
import { describe, expect, test } from 'vitest'
import type { Reads } from '../../../bot/orders/reads.js'
import { type ButtonTarget, buttonId } from '../../../bot/views/button-target.js'
import type { CommitSha } from '../../../domain/identifiers.js'
import type { ShownCommit } from '../../../domain/ports.js'
import { releaseId } from '../../support/pipeline-rows.js'
import {
  ALICE,
  aCandidate,
  aDeployment,
  anEnvironment,
  aRelease,
  BOB,
  commitOf,
  SHOP,
} from '../../support/release-views.js'
import { slackFaults } from '../../support/slack-limits.js'
import { aFakeBot, command, press } from '../fake-bot.js'
import { inputs } from '../filled-form.js'

const runs = commitOf('c')
const newest: readonly ShownCommit[] = [
  { sha: commitOf('a'), subject: `Mend totals ${'x'.repeat(100)}`, author: 'Bob' },
  { sha: commitOf('b'), subject: 'Mend the basket', author: 'y'.repeat(90) },
]
const production = anEnvironment('production', { current: aDeployment({ commit: runs }) })

interface Asked {
  readonly text?: string
  readonly button?: ButtonTarget
}

/** The form that a command or a button opens, and the commits whose differences from trunk were read. */
async function opened({ text, button }: Asked, reads: Partial<Reads>) {
  const onto: CommitSha[] = []
  const lackedOfTrunk: Reads['lackedOfTrunk'] = async (_, commit) => {
    onto.push(commit)
    return newest
  }
  const bot = await aFakeBot({ reads: { lackedOfTrunk, ...reads } })
  if (button !== undefined) bot.buttons.set(buttonId(button), button)
  await bot.send(button === undefined ? command(text ?? '') : press(buttonId(button)))
  const view = bot.calls.find(({ method }) => method === 'views.open')?.args['view'] as ModalView
  return { bot, view, onto, field: (name: string) => elementOf(view, name) }
}

function elementOf(view: ModalView, name: string): InputBlock['element'] | undefined {
  return inputs(view).find(({ block_id }) => block_id === name)?.element
}

const optionsOf = (element: InputBlock['element'] | undefined): readonly (string | undefined)[] =>
  element !== undefined && 'options' in element ? (element.options ?? []).map(({ value }) => value) : []

describe('picking', () => {
  const view = aRelease({ candidates: [aCandidate({ number: 1 }), aCandidate({ number: 2, commit: runs })] })
  const pick: ButtonTarget = { verb: 'cherry-pick', app: SHOP, releaseId: releaseId(1) }

  test('offers to tick the newest of trunk that the newest candidate lacks, beside a field to type in', async () => {
    const { view: form, field, onto } = await opened({ button: pick }, { release: async () => view })

    expect(onto).toEqual([runs])
    expect(optionsOf(field('commits'))).toEqual(newest.map(({ sha }) => sha))
    expect(inputs(form).find(({ block_id }) => block_id === 'picks')?.optional).toBe(true)
    expect(slackFaults(form)).toEqual([])
  })

  test('not what was picked already in another form', async () => {
    const picked = aRelease({ candidates: [aCandidate({ picked: [commitOf('a')] })] })
    const { field } = await opened({ button: pick }, { release: async () => picked })

    expect(optionsOf(field('commits'))).toEqual([commitOf('b')])
  })

  test('where git has no answer, the commit is typed', async () => {
    const lackedOfTrunk: Reads['lackedOfTrunk'] = async () => Promise.reject(new Error('away'))
    const reads = { release: async () => view, lackedOfTrunk }
    const { view: form, field } = await opened({ button: pick }, reads)

    expect(field('commits')).toBeUndefined()
    expect(inputs(form).find(({ block_id }) => block_id === 'picks')?.optional).toBe(false)
  })
})

describe('a hotfix without its fix', () => {
  const reads = { environments: async () => [anEnvironment('staging'), production, anEnvironment('pr-17')] }

  test('asks for it: the newest of trunk that what runs in the last environment lacks', async () => {
    const { field, onto, bot } = await opened({ text: 'hotfix "Totals"' }, reads)

    expect(onto).toEqual([runs])
    expect(optionsOf(field('commits'))).toEqual(newest.map(({ sha }) => sha))
    expect(field('title')).toMatchObject({ initial_value: 'Totals' })
    expect(bot.orders).toEqual([])
  })

  test('asks as well where words beside the fix may not be its title', async () => {
    const { field, bot } = await opened({ text: 'hotfix #4812 totals' }, reads)

    expect(field('title')).toMatchObject({ initial_value: 'totals' })
    expect(field('picks')).toMatchObject({ initial_value: '#4812' })
    expect(bot.orders).toEqual([])
  })

  test('with its fix it is an order, and no form', async () => {
    const { bot } = await opened({ text: 'hotfix #4812' }, reads)

    expect(bot.calls).toEqual([])
    expect(bot.orders).toMatchObject([
      { intent: { kind: 'cut', type: 'hotfix', title: '', picks: ['#4812'] } },
    ])
  })
})

describe('extending', () => {
  const preview = (name: string, owner: typeof ALICE) => {
    const { detail } = anEnvironment(name)
    return anEnvironment(name, {
      expiresAt: '2026-12-01T09:00:00.000Z',
      detail: { ...detail, owner, branch: `feature/${name}` },
    })
  }
  const among = (...environments: readonly ReturnType<typeof anEnvironment>[]) => ({
    environments: async () => [production, ...environments],
  })
  const extend = { text: 'extend' }

  test('presets the only preview of the asker and how long', async () => {
    const { field } = await opened(extend, among(preview('pr-16', BOB), preview('pr-17', ALICE)))

    expect(optionsOf(field('name'))).toEqual(['pr-17', 'pr-16'])
    expect(field('name')).toMatchObject({ initial_option: { value: 'pr-17' } })
    expect(field('duration')).toMatchObject({ initial_value: '24h' })
  })

  test('presets none of several of the asker', async () => {
    const { field } = await opened(extend, among(preview('pr-16', ALICE), preview('pr-17', ALICE)))

    expect(optionsOf(field('name'))).toEqual(['pr-16', 'pr-17'])
    expect(field('name')).not.toHaveProperty('initial_option')
  })

  test('keeps what was typed, and takes a typed name where nothing expires', async () => {
    const { field } = await opened({ text: 'env extend 2d' }, among())

    expect(field('name')).toMatchObject({ type: 'plain_text_input' })
    expect(field('duration')).toMatchObject({ initial_value: '2d' })
  })
})

test('a lock ends in two hours unless something else is said', async () => {
  const { field } = await opened({ text: 'lock staging for demo' }, {})

  expect(field('environment')).toMatchObject({ initial_option: { value: 'staging' } })
  expect(field('required-reason')).toMatchObject({ initial_value: 'demo' })
  expect(field('until')).toMatchObject({ initial_value: '2h' })
})
