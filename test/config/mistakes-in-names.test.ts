import { expect, test } from 'vitest'
import { channel, inStaging, type Row, report, shop } from './mistake-rows.js'

const names: readonly Row[] = [
  ['name: staging', 'name: pr/1', 'pr/1', `${inStaging}.name`, /not a name/, /staging/],
  ['name: staging', 'name: ..', '..', `${inStaging}.name`, /not a name/, /staging/],
  ['name: staging', 'name: 7', '7', `${inStaging}.name`, /must be text, is the number 7/, /quotes/],
  [
    'name: staging',
    'name: integration',
    'integration',
    `${inStaging}.name`,
    /already .* environments\[0\]/,
    /of its own/,
  ],
  ['  shop:', '  Shop:', 'Shop', 'apps.Shop', /"Shop" is not a name/, /shop/],
  ['  qa: [U01QUINN]', '  qa: [quinn]', 'quinn', 'roles.qa[0]', /neither/, /member id/],
  ['  qa: [U01QUINN]', '  qa: [slipway]', 'slipway', 'roles.qa[0]', /neither/, /member id/],
  ['  qa: [U01QUINN]', '  qa: []', '[]', 'roles.qa', /empty/, /U01ALICE/],
  ['"@on-call"', '"on-call"', '"on-call"', 'roles.on-call[0]', /neither/, /@release-managers/],
  ['roles:', 'identities: { bob: [bob] }\nroles:', 'bob', 'identities.bob', /not a member id/, /U01ALICE/],
  [
    'roles:',
    'identities: { U01BOB: ["Bob <b@x>"] }\nroles:',
    '"Bob',
    'identities.U01BOB[0]',
    /not an e-mail/,
    /alice@home/,
  ],
  ['roles:', 'agents: []\nroles:', '[]', 'agents', /empty/, /alice/],
  ['C01SHOP', 'shop', 'shop', `${shop}.channel`, /not a channel id/, /About/],
  [channel, '', 'shop:', `${shop}.channel`, /is missing/, /C01SHOP/],
  [channel, '    channel:\n', 'channel:', `${shop}.channel`, /is empty/, /C01SHOP/],
  ['roles:', 'command: release\nroles:', 'release', 'command', /not a slash command/, /\/release/],
  ['roles:', 'rolls: {}\nroles:', 'rolls', 'rolls', /unknown key/, /did you mean roles/],
  [
    'https://github.com/acme/shop.git',
    'https://ghp_x@github.com/a/b',
    'https:',
    `${shop}.repository`,
    /token/,
    /GITHUB_TOKEN/,
  ],
  [
    'https://github.com/acme/shop.git',
    '--upload-pack=x',
    '--up',
    `${shop}.repository`,
    /not a repository/,
    /https/,
  ],
  [
    'https://github.com/acme/shop.git',
    '"ext::sh -c x"',
    '"ext',
    `${shop}.repository`,
    /not a repository/,
    /https/,
  ],
  [channel, `${channel}    trunk: -x\n`, '-x', `${shop}.trunk`, /not a branch/, /main/],
  [
    channel,
    `${channel}    pickBranch: picks\n`,
    'picks',
    `${shop}.pickBranch`,
    /\{tag\} or \{version\}/,
    /release\/\{tag\}/,
  ],
  [channel, `${channel}    tag: release\n`, 'release', `${shop}.tag`, /\{version\}/, /v\{version\}/],
  [
    channel,
    `${channel}    timezone: Mars/Olympus\n`,
    'Mars',
    `${shop}.timezone`,
    /not a time zone/,
    /Europe/,
  ],
  [
    channel,
    `${channel}    version: calender\n`,
    'calender',
    `${shop}.version`,
    /calendar or semver/,
    /did you mean calendar/,
  ],
]

test.each(names)('%s → %s', (...row) => {
  expect(report(row)).toEqual({ points: row[2], fix: expect.stringMatching(row[5]) })
})

const yaml: readonly Row[] = [
  [
    channel,
    `${channel}${channel}`,
    'channel',
    `${shop}.channel`,
    /given twice; the first is on line 9/,
    /keep one/,
  ],
  ['"@on-call"', '@on-call', '@on-call', '', /reserved character @/, /quotes/],
  ['[U01QUINN]', '*people', '*people', 'roles.qa', /no anchor/, /&people/],
  ['  qa:', '  __proto__:', '__proto__', 'roles', /cannot be a key/, /name/],
  [channel, '\tchannel: x\n', '\tchannel', '', /[Tt]ab/, /spaces/],
]

test.each(yaml)('%s → %s', (...row) => {
  expect(report(row)).toEqual({ points: row[2], fix: expect.stringMatching(row[5]) })
})
