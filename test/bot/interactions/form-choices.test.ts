import { describe, expect, test } from 'vitest'
import type { FormRequest } from '../../../bot/commands/form-request.js'
import { choicesOf, filledIn } from '../../../bot/interactions/form-choices.js'
import { formView } from '../../../bot/interactions/form-view.js'
import { parseSubmission } from '../../../bot/interactions/parse-submission.js'
import { type ChannelId, parseVersion } from '../../../domain/identifiers.js'
import type { ReleaseView } from '../../../domain/views.js'
import { anApp } from '../../support/app-definition.js'
import { stories } from '../../support/release-stories.js'
import { ALICE } from '../../support/release-views.js'
import { filled, inputs } from '../filled-form.js'

const app = anApp()
const origin = { opener: ALICE, channel: 'C01SHOP' as ChannelId, thread: null }
const story = (name: string): ReleaseView => {
  const view = stories[name]
  if (!view) throw new Error(`No story ${name}`)
  return view
}
const request = (form: FormRequest['form'], given: FormRequest['given'] = {}): FormRequest => ({
  form,
  app: app.name,
  given,
  target: {},
})

const ready = story('ready for staging')
const waiting = story('staging awaiting acceptance')
const prepared = story('prepared, 1 of 2 approvals')
const draft = story('draft')

describe('what a form lets choose from', () => {
  test.each([
    ['promote', [ready, waiting], ['2026.11.3-rc.1']],
    ['promote', [waiting, prepared], []],
    ['accept', [ready, waiting], ['2026.11.3-rc.1']],
    ['approve', [waiting, prepared], ['2026.11.3-rc.1']],
    ['reject', [ready], []],
    ['edit', [draft], [draft.title]],
    ['cherry-pick', [draft, ready], ['2026.11.3']],
  ] as const)('%s of %#', (form, open, wanted) => {
    expect(choicesOf(form, open).map(({ value }) => value)).toEqual(wanted)
  })

  test('the only one is filled in, with the environment it goes to next', () => {
    const choices = choicesOf('promote', [ready])

    expect(filledIn(request('promote'), choices, app)).toEqual({
      release: '2026.11.3-rc.1',
      environment: 'staging',
    })
  })

  test('the last environment is never filled in', () => {
    const choices = choicesOf('approve', [prepared])

    expect(filledIn(request('approve'), choices, app)).toEqual({ release: '2026.11.3-rc.1' })
  })

  test('of several none is filled in, and what was typed stays', () => {
    const other = parseVersion('2026.11.4')
    const choices = choicesOf('cherry-pick', [ready, { ...ready, version: other }])

    expect(choices).toHaveLength(2)
    expect(filledIn(request('cherry-pick'), choices, app)).toEqual({})
    expect(filledIn(request('promote', { environment: 'staging' }), [], app)).toEqual({
      environment: 'staging',
    })
  })

  test('what is chosen is the order that typing it gives', () => {
    const choices = choicesOf('promote', [ready])
    const complete = { ...request('promote'), given: filledIn(request('promote'), choices, app) }
    const view = formView({ request: complete, app, apps: [app], releases: choices }, origin)
    const answers = filled({ release: '2026.11.3-rc.1', environment: 'staging' }, view)

    expect(inputs(view).map(({ element }) => element.type)).toEqual(['static_select', 'static_select'])
    expect(parseSubmission(answers, { request: complete, app, apps: [app] })).toMatchObject({
      draft: { kind: 'promote', release: { kind: 'named', text: '2026.11.3-rc.1' }, environment: 'staging' },
    })
  })
})
