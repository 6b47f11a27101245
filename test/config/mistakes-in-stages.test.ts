import { expect, test } from 'vitest'
import { inStaging, type Row, report, shop, staging } from './mistake-rows.js'

const patchOfStaging = `${staging}        patch: { run: deploy/patch.sh }\n`

const stages: readonly Row[] = [
  [
    staging,
    `${staging}        build: { run: x }\n`,
    'build',
    `${inStaging}.build`,
    /unknown key/,
    /one build serves every/,
  ],
  ['timeout: 15m', 'timeout: 3 dasy', '3 dasy', `${shop}.build.timeout`, /not a duration/, /15m/],
  ['timeout: 15m', 'timeout: 25h', '25h', `${shop}.build.timeout`, /out of bounds/, /1s to 1d/],
  ['timeout: 15m', 'timeout: 15', '15', `${shop}.build.timeout`, /must be a duration/, /unit/],
  ['timeout: 15m', 'retries: 21', '21', `${shop}.build.retries`, /whole number/, /0 to 20/],
  ['timeout: 15m', 'inputs: {}', 'inputs', `${shop}.build.inputs`, /unknown key/, /workflow/],
  ['[dist]', '[../dist]', '../dist', `${shop}.build.artifacts[0]`, /inside the repository/, /dist/],
  ['run: npm run build, ', '', '{ artifacts', `${shop}.build`, /none of run/, /exactly one/],
  [
    'run: npm run build',
    'run: make, url: "https://x.y"',
    '{ run',
    `${shop}.build`,
    /run and url/,
    /exactly one/,
  ],
  ['run: npm run build', 'url: "ftp://x.y"', '"ftp', `${shop}.build.url`, /not an http address/, /https/],
  [patchOfStaging, staging, 'name: staging', `${inStaging}.patch`, /missing/, /run: deploy/],
  [
    patchOfStaging,
    `${staging}        patch: deploy.sh\n`,
    'deploy.sh',
    `${inStaging}.patch`,
    /group of keys/,
    /run:/,
  ],
  [
    staging,
    `${staging}        secrets: [MISSING]\n`,
    'MISSING',
    `${inStaging}.secrets[0]`,
    /not set/,
    /set MISSING/,
  ],
  [
    staging,
    `${staging}        variables: { A: 1.10 }\n`,
    '1.10',
    `${inStaging}.variables.A`,
    /number/,
    /quotes/,
  ],
  [
    staging,
    `${staging}        variables: { SLIPWAY_APP: x }\n`,
    'SLIPWAY_APP',
    `${inStaging}.variables.SLIPWAY_APP`,
    /itself/,
    /name/,
  ],
  [
    staging,
    `${staging}        secrets: [DEPLOY_TOKEN]\n        variables: { DEPLOY_TOKEN: x }\n`,
    'DEPLOY',
    `${inStaging}.secrets[0]`,
    /variables/,
    /one of the two/,
  ],
]

test.each(stages)('%s → %s', (...row) => {
  expect(report(row)).toEqual({ points: row[2], fix: expect.stringMatching(row[5]) })
})
