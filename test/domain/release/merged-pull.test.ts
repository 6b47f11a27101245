import { expect, test } from 'vitest'
import { typeCutBy } from '../../../domain/release/merged-pull.js'
import { anApp } from '../../support/app-definition.js'

const app = anApp({
  more: `    types:
      fix: { pullRequests: { labels: [bug], branches: ["fix/*", mend] } }
      hotfix: { pullRequests: { labels: [Urgent] } }`,
})
const pull = { base: 'main', branch: 'feature/fix', labels: ['docs'] }

test.each([
  ['no label, no branch', {}, null],
  ['a label, whatever its case', { labels: ['docs', 'urgent'] }, 'hotfix'],
  ['the first type that takes it', { labels: ['urgent', 'bug'] }, 'fix'],
  ['a branch that begins so', { branch: 'fix/prices' }, 'fix'],
  ['a branch by its whole name', { branch: 'mend' }, 'fix'],
  ['a branch that only begins like a whole name', { branch: 'mend-more' }, null],
  ['a fork, which names its branch itself', { branch: null }, null],
  ['a label on a fork', { branch: null, labels: ['bug'] }, 'fix'],
  ['a merge into another branch', { base: 'release', labels: ['bug'] }, null],
])('%s', (_, change, type) => {
  expect(typeCutBy(app, { ...pull, ...change })).toBe(type)
})
