import { expect, test } from 'vitest'
import { inStaging, type Row, report, shop, staging } from './mistake-rows.js'

const inProduction = `${shop}.environments[2]`
const approve = 'approve: { from: [managers], count: 2, fourEyes: true }'
const previews = 'previews: { like: integration }'

const references: readonly Row[] = [
  [
    'like: integration',
    'like: integratoin',
    'integratoin',
    `${shop}.previews.like`,
    /no environment/,
    /did you mean integration/,
  ],
  [
    'before: production',
    'before: prod',
    'prod',
    `${shop}.checklist[0].before`,
    /no environment/,
    /production/,
  ],
  [
    'before: production }\n    environments:\n      - name: integration',
    'before: production }\n    environments:\n      - name: cut',
    'cut',
    `${shop}.environments[0].name`,
    /cannot be called cut/,
    /another name/,
  ],
  [
    'before: production }\n',
    'before: cut }\n    cut: automatic\n',
    'cut',
    `${shop}.checklist[0].before`,
    /comes by itself/,
    /cut: manual/,
  ],
  ['role: qa', 'role: qs', 'qs', `${shop}.checklist[0].role`, /no role/, /did you mean qa/],
  ['from: [qa]', 'from: [testers]', 'testers', `${inStaging}.accept.from[0]`, /no role/, /releasers, qa/],
  [
    'from: [managers]',
    'from: [manager]',
    'manager',
    `${inProduction}.approve.from[0]`,
    /no role/,
    /managers/,
  ],
  ['cut: [releasers]', 'cut: [releaser]', 'releaser', `${shop}.permissions.cut[0]`, /no role/, /releasers/],
  [
    '{ cut: [releasers] }',
    '{ cut: [releasers], promot: [qa] }',
    'promot',
    `${shop}.permissions.promot`,
    /unknown/,
    /promote/,
  ],
  [
    '    permissions: { cut: [releasers] }\n',
    '',
    'shop:',
    `${shop}.permissions`,
    /missing/,
    /cut: \[releasers\]/,
  ],
  ['{ cut: [releasers] }', '{ lock: [qa] }', '{ lock', `${shop}.permissions.cut`, /missing/, /releasers/],
  ['{ cut: [releasers] }', '{ cut: [] }', '[]', `${shop}.permissions.cut`, /empty/, /releasers/],
  [
    '{ cut: [releasers] }',
    '{ cut: [qa], approve: [qa] }',
    'approve',
    `${shop}.permissions.approve`,
    /already says/,
    /remove/,
  ],
]

test.each(references)('%s → %s', (...row) => {
  expect(report(row)).toEqual({ points: row[2], fix: expect.stringMatching(row[5]) })
})

const order: readonly Row[] = [
  [
    staging,
    `${staging}        alongside: integratio\n`,
    'integratio',
    `${inStaging}.alongside`,
    /no environment/,
    /integration/,
  ],
  [
    staging,
    `${staging}        alongside: staging\n`,
    'staging',
    `${inStaging}.alongside`,
    /staging → staging/,
    /earlier/,
  ],
  [
    staging,
    `${staging}        alongside: production\n`,
    'production',
    `${inStaging}.alongside`,
    /later/,
    /earlier/,
  ],
  [
    staging,
    `${staging}        after: [integration]\n`,
    'after',
    `${inStaging}.after`,
    /unknown key/,
    /alongside/,
  ],
  [staging, `${staging}        branch: main\n`, 'branch', `${inStaging}.branch`, /no branch/, /continuous/],
  [
    'mode: continuous',
    'mode: continuous\n        soak: 1h',
    'soak',
    `${shop}.environments[0].soak`,
    /none/,
    /remove soak/,
  ],
  [
    approve,
    `mode: continuous\n        ${approve}`,
    'approve',
    `${inProduction}.approve`,
    /nobody/,
    /mode: approval/,
  ],
]

test.each(order)('%s → %s', (...row) => {
  expect(report(row)).toEqual({ points: row[2], fix: expect.stringMatching(row[5]) })
})

const gates: readonly Row[] = [
  ['count: 2', 'count: 0', '0', `${inProduction}.approve.count`, /whole number/, /from 1/],
  [
    'count: 2',
    'count: 3',
    '3',
    `${inProduction}.approve.count`,
    /managers .* only 2 may when U01ALICE or U01BOB/,
    /1 more to managers.* 2/,
  ],
  [
    'count: 2',
    'count: 4',
    '4',
    `${inProduction}.approve.count`,
    /managers has 3 people/,
    /2 more to managers/,
  ],
  [
    approve,
    'approve: [{ from: [managers], count: 2 }, { from: [managers], count: 3, fourEyes: true }]',
    '3',
    `${inProduction}.approve[1].count`,
    /only 2 may/,
    /managers/,
  ],
  [
    approve,
    'approve: [{ from: [managers], count: 2 }, { from: [managers], count: 2 }]',
    '[{ from: [managers], count: 2 }, { from: [managers], count: 2 }]',
    `${inProduction}.approve`,
    /managers has 3 people/,
    /1 more to managers/,
  ],
  [approve, 'approve: []', '[]', `${inProduction}.approve`, /the list is empty/, /for example/],
  [
    previews,
    'previews: { like: integration, expires: 9d }',
    '9d',
    `${shop}.previews.expires`,
    /7d by default/,
    /maxAge/,
  ],
  [
    previews,
    'previews: { like: integration, notice: [3d] }',
    '3d',
    `${shop}.previews.notice[0]`,
    /expires 3d/,
    /less than 3d/,
  ],
  [
    previews,
    'previews: { like: integration, extensions: x }',
    'x',
    `${shop}.previews.extensions`,
    /whole number/,
    /0 to/,
  ],
  [
    staging,
    `${staging}        maxAge: 3d\n`,
    'maxAge',
    `${inStaging}.maxAge`,
    /never expires/,
    /expires: 3d/,
  ],
  [
    staging,
    `${staging}        windows: [{ kind: deny, cron: "0 9 * *", duration: 1h }]\n`,
    '"0 9',
    `${inStaging}.windows[0].cron`,
    /five/,
    /0 16/,
  ],
  [
    staging,
    `${staging}        windows: [{ kind: deny, cron: "0 0 9 * * *", duration: 1h }]\n`,
    '"0 0',
    `${inStaging}.windows[0].cron`,
    /five/,
    /0 16/,
  ],
  [
    staging,
    `${staging}        windows: [{ kind: deny, cron: "61 9 * * *", duration: 1h }]\n`,
    '"61',
    `${inStaging}.windows[0].cron`,
    /five/,
    /0 16/,
  ],
]

test.each(gates)('%s → %s', (...row) => {
  expect(report(row)).toEqual({ points: row[2], fix: expect.stringMatching(row[5]) })
})
