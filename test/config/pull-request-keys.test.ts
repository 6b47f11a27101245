import { expect, test } from 'vitest'
import { channel, type Row, report, shop } from './mistake-rows.js'

const at = `${shop}.types.fix.pullRequests`
const types = (fix: string, more = ''): string => `${channel}${more}    types: { fix: ${fix} }\n`

test.each<Row>([
  [
    channel,
    types('{ pullRequests: { labels: [bug] } }', '    cut: automatic\n'),
    '{ labels',
    at,
    /already cut by itself/,
    /cut: manual/,
  ],
  [channel, types('{ pullRequests: {} }'), '{}', at, /names no pull request/, /labels: \[hotfix\]/],
  [
    '    checklist:\n',
    '    types: { fix: { pullRequests: { labels: [bug] } } }\n    checklist:\n      - { item: Brief, role: qa, before: cut }\n',
    '{ labels',
    at,
    /items before the cut/,
    /checklist: false/,
  ],
  [
    channel,
    types('{ pullRequests: { branches: ["*fix"] } }'),
    '"*fix"',
    `${at}.branches[0]`,
    /name of a branch/,
    /hotfix/,
  ],
  [channel, types('{ promote: always }'), 'always', `${shop}.types.fix.promote`, /manual or automatic/, /./],
])('%# is refused with its place and what to write', (...row) => {
  const found = report(row)

  expect(found).toMatchObject({ points: row[2] })
  expect('fix' in found ? found.fix : '').toMatch(row[5])
})
