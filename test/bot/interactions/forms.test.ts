import type { InputBlock } from '@slack/types'
import { describe, expect, test } from 'vitest'
import { type FieldName, type FormOrigin, type FormRequest } from '../../../bot/commands/form-request.js'
import { formatMetadata, parseMetadata } from '../../../bot/interactions/form-metadata.js'
import { formView } from '../../../bot/interactions/form-view.js'
import { parseSubmission } from '../../../bot/interactions/parse-submission.js'
import type { FormSubject } from '../../../bot/verbs/common/form-spec.js'
import { formNames } from '../../../bot/verbs/table.js'
import type { AppName, DeploymentId, EnvironmentName } from '../../../domain/identifiers.js'
import { commitOf } from '../../support/release-views.js'
import { filled, inputs } from '../filled-form.js'
import { ALICE, anApp, RELEASE, SHOP_CHANNEL } from '../verbs/grammar-fixture.js'

const SHOP = 'shop' as AppName
const DEPLOYMENT = 'dep_01JDXYZABCDEFGHJKMNPQRSTVW' as DeploymentId
const origin: FormOrigin = { opener: ALICE, channel: SHOP_CHANNEL, thread: null }
const app = anApp('shop')

const subject = (request: Partial<FormRequest> & Pick<FormRequest, 'form'>): FormSubject => ({
  request: { app: SHOP, given: {}, target: {}, ...request },
  app,
  apps: [app, anApp('web')],
  commits: ['a', 'b'].map((seed) => ({
    sha: commitOf(seed),
    subject: 'x'.repeat(120),
    author: 'y'.repeat(90),
  })),
})

function submit(
  request: Partial<FormRequest> & Pick<FormRequest, 'form'>,
  values: Readonly<Partial<Record<FieldName, string>>>,
): unknown {
  const about = subject(request)
  const result = parseSubmission(filled(values, formView(about, origin)), about)
  return result.kind === 'order' ? result.draft : result.kind === 'errors' ? result.errors : result.text
}

const staging = 'staging' as EnvironmentName

/** What is prefilled fits, and a select has something to select. */
function fits(element: InputBlock['element']): boolean {
  if (element.type === 'plain_text_input')
    return (element.initial_value?.length ?? 0) <= (element.max_length ?? 0)
  return element.type !== 'static_select' || (element.options?.length ?? 0) > 0
}

describe('forms', () => {
  test.each(formNames)('%s keeps to the sizes of Slack', (form) => {
    const long = 'x'.repeat(2_900)
    const view = formView(
      subject({
        form,
        given: { title: long, description: long, scope: long, reason: 'why' },
        subject: long.slice(0, 2_000),
      }),
      origin,
    )
    expect(view.title.text.length).toBeLessThanOrEqual(24)
    expect(view.submit?.text.length).toBeLessThanOrEqual(24)
    expect(view.private_metadata?.length).toBeLessThanOrEqual(3_000)
    expect(parseMetadata(view.private_metadata ?? '')).not.toBeNull()
    const ids = inputs(view).map(({ block_id }) => block_id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { element } of inputs(view)) expect(fits(element), JSON.stringify(element)).toBe(true)
  })

  test.each([
    [
      { form: 'cut' },
      { title: ' Summer sale ', type: 'fix', ref: 'main', version: 'v2.0.0' },
      { kind: 'cut', title: 'Summer sale', type: 'fix', ref: 'main', version: '2.0.0', draft: null },
    ],
    [
      { form: 'cut', target: { releaseId: RELEASE } },
      {},
      { kind: 'cut', title: '', draft: { kind: 'id', releaseId: RELEASE } },
    ],
    [{ form: 'cut' }, { title: 'X', version: '2' }, { version: expect.any(String) }],
    [{ form: 'cut' }, {}, { title: expect.any(String) }],
    [
      { form: 'draft' },
      {
        title: 'X',
        planned: '2026-12-01',
        links: 'https://a\nhttps://b',
        after: ' 2026.11.3 \n\nWinter sale',
      },
      {
        kind: 'draft',
        planned: { day: '2026-12-01', past: false },
        links: ['https://a', 'https://b'],
        after: [
          { kind: 'named', text: '2026.11.3' },
          { kind: 'named', text: 'Winter sale' },
        ],
      },
    ],
    [
      { form: 'edit', target: { releaseId: RELEASE } },
      { title: 'Y' },
      { kind: 'edit', title: 'Y', description: null, planned: { day: null }, after: null },
    ],
    [{ form: 'edit', target: { releaseId: RELEASE } }, {}, { title: expect.any(String) }],
    [
      { form: 'promote' },
      { release: 'rc1', environment: 'staging' },
      { kind: 'promote', release: { kind: 'named', text: 'rc.1' }, environment: 'staging' },
    ],
    [{ form: 'promote' }, { release: 'rc.1', environment: 'elsewhere' }, { environment: expect.any(String) }],
    [
      { form: 'promote', given: { override: 'why not' } },
      { release: 'rc.1', environment: 'staging' },
      { override: 'why not' },
    ],
    [
      { form: 'approve', target: { deploymentId: DEPLOYMENT } },
      { comment: 'fine' },
      { kind: 'approve', deployment: { kind: 'id', deploymentId: DEPLOYMENT }, comment: 'fine' },
    ],
    [
      { form: 'accept', target: { releaseId: RELEASE, candidate: 2 } },
      { environment: 'staging' },
      {
        kind: 'accept',
        deployment: { kind: 'of-release', release: { kind: 'id', candidate: 2 }, environment: 'staging' },
        comment: null,
      },
    ],
    [{ form: 'accept' }, { release: '2026.11.3-rc.1' }, { environment: expect.any(String) }],
    [{ form: 'reject', target: { deploymentId: DEPLOYMENT } }, {}, { 'required-reason': expect.any(String) }],
    [
      { form: 'reject' },
      { release: '2026.11.3-rc.1', 'required-reason': 'broken' },
      { kind: 'reject', deployment: { environment: null }, comment: 'broken' },
    ],
    [
      { form: 'rollback' },
      { environment: 'production', to: 'v2026.11.2', reason: 'broken' },
      { kind: 'rollback', environment: 'production', to: { kind: 'named', text: '2026.11.2' } },
    ],
    [
      { form: 'retry', target: { environment: staging } },
      {},
      { kind: 'retry', deployment: { kind: 'in-environment', environment: 'staging' } },
    ],
    [
      { form: 'skip', target: { deploymentId: DEPLOYMENT } },
      { override: 'flaky' },
      { kind: 'skip', override: 'flaky' },
    ],
    [
      { form: 'cherry-pick', target: { releaseId: RELEASE } },
      { picks: '9f3c1ab, #12' },
      { kind: 'cherry-pick', picks: ['9f3c1ab', '#12'] },
    ],
    [
      { form: 'cherry-pick', target: { releaseId: RELEASE } },
      { picks: '; rm -rf /' },
      { picks: expect.any(String) },
    ],
    [
      { form: 'cherry-pick', target: { releaseId: RELEASE } },
      { commits: `${'a'.repeat(40)} ${'b'.repeat(40)}`, picks: '#12' },
      { kind: 'cherry-pick', picks: ['a'.repeat(40), 'b'.repeat(40), '#12'] },
    ],
    [{ form: 'cherry-pick', target: { releaseId: RELEASE } }, {}, { picks: expect.any(String) }],
    [
      { form: 'hotfix', given: { version: '2.0.1', description: 'Money' } },
      { commits: 'a'.repeat(40), override: 'now' },
      {
        ...{ kind: 'cut', type: 'hotfix', title: '', ref: null, draft: null, override: 'now' },
        ...{ version: '2.0.1', description: 'Money', picks: ['a'.repeat(40)] },
      },
    ],
    [{ form: 'hotfix' }, { title: 'Totals' }, { picks: expect.any(String) }],
    [
      { form: 'lock' },
      { environment: 'staging', 'required-reason': 'for good', until: 'No end' },
      { kind: 'lock', reason: 'for good', until: null },
    ],
    [
      { form: 'lock' },
      { environment: 'staging', 'required-reason': 'load test', until: '2h' },
      { kind: 'lock', reason: 'load test', until: '2h', takeOver: false },
    ],
    [
      { form: 'freeze' },
      { app: 'all', until: '2h', 'required-reason': 'audit' },
      { kind: 'freeze', app: null },
    ],
    [{ form: 'thaw' }, { app: 'web' }, { kind: 'thaw', app: 'web' }],
    [
      { form: 'env-create' },
      { name: 'PR-17', ref: '#17' },
      { kind: 'env', action: 'create', environment: 'pr-17', argument: '#17' },
    ],
    [{ form: 'env-create' }, { name: '../x' }, { name: expect.any(String) }],
    [{ form: 'env-extend' }, { name: 'pr-17', duration: '2d' }, { action: 'extend', argument: '2d' }],
    [{ form: 'env-extend' }, { name: 'pr-17', duration: 'long' }, { duration: expect.any(String) }],
    [
      { form: 'checklist' },
      { release: '2026.11.3', item: '0' },
      { kind: 'tick', item: 'QA sign-off', done: true },
    ],
    [
      { form: 'delete', target: { releaseId: RELEASE }, given: { release: '2026.11.3' } },
      { 'typed-name': '2026.11.3' },
      { kind: 'delete', release: { kind: 'id', releaseId: RELEASE } },
    ],
    [
      { form: 'delete', target: { releaseId: RELEASE }, given: { release: '2026.11.3' } },
      { 'typed-name': '2026.11.4' },
      { 'typed-name': expect.any(String) },
    ],
    [
      { form: 'delete', target: { releaseId: RELEASE } },
      { 'typed-name': '2026.11.3' },
      { kind: 'delete', release: { kind: 'named', text: '2026.11.3' } },
    ],
    [{ form: 'delete' }, { 'typed-name': 'latest' }, { 'typed-name': expect.any(String) }],
  ] as const)('%j with %j', (request, values, expected) => {
    expect(submit(request, values)).toMatchObject(expected)
  })

  test('a prefilled field that comes back empty counts as it was prefilled', () => {
    const request = {
      form: 'lock',
      given: { environment: 'staging', 'required-reason': 'load test', until: '2h' },
    } as const
    expect(submit(request, {})).toMatchObject({
      kind: 'lock',
      environment: 'staging',
      reason: 'load test',
      until: '2h',
    })
    const optional = inputs(formView(subject(request), origin)).map(({ optional: may }) => may)
    expect(optional).toEqual([false, false, false])
  })

  test('only the sections of notes that a person changed are an edit, however long the others are', () => {
    const given = {
      highlights: 'Cafe\u0301 ',
      features: '- Umbrellas\n'.repeat(200),
      fixes: '- Totals\n'.repeat(300),
      other: 'x'.repeat(3_000),
    }
    const view = formView(subject({ form: 'notes-edit', given, target: { releaseId: RELEASE } }), origin)
    const request = parseMetadata(view.private_metadata ?? '')?.request
    if (request === undefined) throw new Error('The metadata is not read')
    const state = filled({ ...given, fixes: '- Sums' }, view)

    const result = parseSubmission(state, subject(request))
    expect(result).toHaveProperty('draft.sections', { fixes: '- Sums' })
  })

  test('metadata survives the way through Slack and is refused when changed', () => {
    const request: FormRequest = {
      form: 'reject',
      app: SHOP,
      given: { environment: 'staging' },
      target: { deploymentId: DEPLOYMENT, environment: staging },
    }
    expect(parseMetadata(formatMetadata({ request, origin }))).toEqual({ request, origin })
    for (const text of ['', '{}', 'null', '[]', formatMetadata({ request, origin }).replace('dep_', 'no_')]) {
      expect(parseMetadata(text)).toBeNull()
    }
  })
})
