import { describe, expect, test } from 'vitest'
import { offered } from '../../../bot/views/environment-buttons.js'
import { environmentMessage } from '../../../bot/views/read-views.js'
import type { EnvironmentView } from '../../../domain/views.js'
import { ALICE, AT, aDeployment, anEnvironment } from '../../support/release-views.js'

const EXPIRES = '2026-11-28T12:00:00.000Z'
const plain = anEnvironment('pr-1').detail
const place = { ahead: 0, living: 1, most: 3 }

function view(
  given: Partial<EnvironmentView>,
  detail: Partial<EnvironmentView['detail']> = {},
): EnvironmentView {
  return anEnvironment('pr-1', {
    current: aDeployment(),
    mode: 'continuous',
    ...given,
    detail: { ...plain, branch: 'feature', permanent: false, ...detail },
  })
}

/** In every state there is a next step, or none is needed; nothing is offered that would only be refused. */
const lost = { kind: 'failure', failure: { kind: 'host-lost', host: 'a' } } as const

const removal = {
  ...{ by: ALICE, at: EXPIRES, approve: [], approvals: [], announced: false, until: EXPIRES },
}
const gone = (back: boolean): Partial<EnvironmentView['detail']> => ({
  ...{ permanent: true, branch: null, rollbackTo: back ? aDeployment().id : null },
  tornDown: { at: EXPIRES, by: ALICE, cause: { kind: 'asked' }, ran: aDeployment().id, name: '2026.11.1' },
})

describe('what the view of an environment offers', () => {
  test.each<readonly [string, EnvironmentView, readonly string[]]>([
    ['ready', view({}), ['env-patch', 'env-rebuild', 'env-teardown']],
    [
      'with an end',
      view({ expiresAt: EXPIRES }, { extensionsLeft: 1 }),
      ['env-patch', 'env-rebuild', 'env-extend', 'env-keep', 'env-teardown'],
    ],
    [
      'extended as often as may be',
      view({ expiresAt: EXPIRES }),
      ['env-patch', 'env-rebuild', 'env-keep', 'env-teardown'],
    ],
    ['setup required', view({ setupRequired: true }), ['env-rebuild', 'env-patch', 'env-teardown']],
    ['out of sync', view({ state: 'out_of_sync' }), ['env-rebuild', 'env-patch', 'env-teardown']],
    ['failed', view({ state: 'failed' }), ['env-rebuild', 'env-patch', 'env-teardown']],
    [
      'host lost',
      view({ state: 'failed' }, { note: lost }),
      ['wait-host', 'other-host', 'env-rebuild', 'env-patch', 'env-teardown'],
    ],
    [
      'teardown failed',
      view({ state: 'teardown_failed', expiresAt: EXPIRES }, { note: lost }),
      ['env-teardown', 'env-rebuild'],
    ],
    ['permanent', view({}, { permanent: true }), ['env-patch', 'env-rebuild']],
    [
      'permanent, its teardown asked for',
      view({}, { permanent: true, removal }),
      ['env-patch', 'env-rebuild', 'env-approve-teardown', 'env-stop-teardown'],
    ],
    [
      'permanent, its teardown announced',
      view({}, { permanent: true, removal: { ...removal, announced: true } }),
      ['env-patch', 'env-rebuild', 'env-stop-teardown'],
    ],
    [
      'permanent, its teardown failed',
      view({ state: 'teardown_failed' }, { permanent: true }),
      ['env-resume-teardown', 'env-rebuild'],
    ],
    [
      'permanent, torn down, with a way back',
      view({ state: 'absent', current: null, mode: 'approval', rollbackTo: aDeployment() }, gone(true)),
      ['env-rebuild', 'promote'],
    ],
    [
      'permanent, torn down, where nothing was ever good',
      view({ state: 'absent', current: null, mode: 'approval' }, gone(false)),
      ['promote'],
    ],
    ['tearing down', view({ state: 'tearing_down' }), []],
    ['retired', view({ state: 'retired' }), []],
    [
      'nothing there yet, follows a branch',
      view({ state: 'absent', current: null }),
      ['env-patch', 'env-rebuild'],
    ],
    [
      'nothing there yet, takes promotions',
      view({ state: 'absent', current: null, mode: 'approval' }, { branch: null }),
      ['promote'],
    ],
    [
      'takes promotions',
      view({ mode: 'approval' }, { branch: null }),
      ['promote', 'env-patch', 'env-rebuild', 'env-teardown'],
    ],
    [
      'a preview',
      view({ mode: 'approval' }, { preview: true }),
      ['env-patch', 'env-rebuild', 'env-teardown'],
    ],
    [
      'a preview in line',
      view({ state: 'absent', current: null }, { preview: true, place: { ...place, granted: false } }),
      ['env-teardown'],
    ],
    [
      'a preview whose build failed',
      view({ state: 'absent', current: null }, { preview: true, place: { ...place, granted: true } }),
      ['env-rebuild', 'env-teardown'],
    ],
    ['a preview that is gone', view({ state: 'absent', current: null }, { preview: true, place: null }), []],
  ])('%s', (_, environment, wanted) => {
    expect(offered(environment)).toEqual(wanted)
  })
})

const wasTornDown = { at: AT, by: ALICE, cause: { kind: 'asked' }, ran: null, name: null } as const

test.each([
  ['one that stays', {}, { permanent: true }, ['permanent: it never expires']],
  ['a preview that was kept', {}, { permanent: false }, ['kept: it does not expire']],
  ['one more time', { expiresAt: AT }, { extensionsLeft: 1 }, ['1 extension left']],
  ['some more times', { expiresAt: AT }, { extensionsLeft: 2 }, ['2 extensions left']],
  ['what is gone', {}, { tornDown: wasTornDown }, []],
])('the end of %s is told as it is', (_, over, detail, words) => {
  const shown = JSON.stringify(environmentMessage(view(over, { permanent: true, ...detail })).blocks)
  const said = shown.match(/permanent: it never expires|kept: it does not expire|\d extensions? left/g)

  expect(said ?? []).toEqual(words)
})
