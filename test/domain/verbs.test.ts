import { expect, test } from 'vitest'
import {
  type Action,
  actionNames,
  isEveryAppVerb,
  isVerb,
  needsRole,
  permissionFor,
  verbNames,
} from '../../domain/verbs.js'

/** The actions that do not ask for the permission of their own name. */
const others: Partial<Record<Action, string | null>> = {
  ...{ 'promote-again': 'promote', 'approve-with-comment': 'approve', 'accept-with-comment': 'accept' },
  ...{
    'cherry-pick-continue': 'cherry-pick',
    'cherry-pick-skip': 'cherry-pick',
    'cherry-pick-confirm': 'cherry-pick',
  },
  ...{ 'train-hold': 'cut', 'train-leave': 'cut', 'train-resume': 'cut', 'notes-edit': 'cut' },
  ...{ abandon: 'delete', 'take-lock': 'lock', tick: 'checklist', untick: 'checklist' },
  ...{
    'env-create': 'env',
    'env-rebuild': 'env',
    'env-patch': 'env',
    'env-extend': 'env',
    'env-keep': 'env',
  },
  ...{ 'env-teardown': 'env', 'wait-host': 'env', 'other-host': 'env' },
  hotfix: 'cut',
  ...{ 'env-approve-teardown': 'approve', 'env-stop-teardown': 'lock', 'env-resume-teardown': 'teardown' },
  ...{
    train: null,
    status: null,
    list: null,
    where: null,
    diff: null,
    notes: null,
    history: null,
    log: null,
  },
  ...{ why: null, 'try-again': null, plan: null, roadmap: null, metrics: null, mute: null, help: null },
}

test.each(actionNames)('what %s asks for', (action) => {
  expect(permissionFor(action)).toBe(action in others ? others[action] : action)
})

test('a verb needs a role when its own name asks for one', () => {
  expect(verbNames.filter(needsRole)).toEqual(verbNames.filter((verb) => permissionFor(verb) === verb))
  expect(['resume', 'log', 'toString', ''].map(isVerb)).toEqual([true, false, false, false])
})

test('what may be asked of every app at once', () => {
  expect(verbNames.filter(isEveryAppVerb)).toEqual([
    ...['list', 'where', 'freeze', 'thaw', 'roadmap', 'metrics', 'mute', 'help'],
  ])
})
