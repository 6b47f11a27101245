/** A stage that knows secrets, its own and others', and says them wherever it can. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { git } from '../../local/git-commits.js'
import { alice } from '../support/channel.js'
import { type Drive, driveOf, withoutPushes } from '../support/drive.js'
import { allHistories } from '../support/histories.js'
import { commitTo } from '../support/progress.js'
import { type Stack, startStack } from '../support/stack.js'
import { until } from '../support/until.js'

const STAGE_SECRET = 'hunter2-correct"horse\'battery $staple'
/** Of another environment, which this one is not given: it came by it in some other way. */
const OTHERS_SECRET = 'the-secret-of-another-app'
const SLIPWAYS_OWN = 'what-the-webhooks-are-signed-with'

let stack: Stack
let drive: Drive

beforeAll(async () => {
  stack = await startStack({
    variables: { STAGE_SECRET, OTHERS_SECRET, SLIPWAY_WEBHOOK_SECRET: SLIPWAYS_OWN },
    configure: (yaml) =>
      withoutPushes(yaml)
        .replace('- name: integration\n', '- name: integration\n        secrets: [STAGE_SECRET]\n')
        .replace('- name: production\n', '- name: production\n        secrets: [OTHERS_SECRET]\n'),
  })
  drive = driveOf(stack)
})
afterAll(async () => stack?.close())

/** Puts lines before those of a script. */
async function scriptWith(name: string, lines: string): Promise<void> {
  const script = await git(stack.embedded.demo.repository.path, ['show', `main:deploy/${name}`])
  const [shebang = '', ...rest] = script.split('\n')
  await commitTo(stack, `Tell secrets in ${name}`, {
    files: { [`deploy/${name}`]: [shebang, lines, ...rest].join('\n') },
  })
}

/** Everything that leaves Slipway or stays behind it. */
async function everything(): Promise<Readonly<Record<string, string>>> {
  const tables = [
    'stage_runs',
    'stage_logs',
    'stage_calls',
    'audit',
    'inbox',
    'releases',
    'deployments',
  ] as const
  const rows = await Promise.all(
    tables.map((table) => stack.database.db.selectFrom(table).selectAll().execute()),
  )
  const histories = await allHistories(stack.embedded.variables['TEMPORAL_ADDRESS'] ?? '')
  expect(histories.length).toBeGreaterThan(2)
  return {
    histories: histories.join('\n'),
    rows: JSON.stringify(rows),
    slipway: readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8'),
    slack: JSON.stringify([await drive.shop.all(), await stack.slack.log()]),
    api: JSON.stringify([await drive.api.environments(), await drive.api.releases()]),
  }
}

const placesOf = (
  texts: Readonly<Record<string, string>>,
  ...needles: readonly string[]
): readonly string[] =>
  Object.entries(texts).flatMap(([place, text]) =>
    needles.filter((needle) => text.includes(needle)).map((needle) => `${needle} in ${place}`),
  )

test('[T.9] its log shows none of them, in whatever form, nor do histories, cards, rows and our own log', async () => {
  await scriptWith(
    'setup.sh',
    `set -x; true "$STAGE_SECRET"; set +x
printf '%s' "$STAGE_SECRET" | od -An -v -tx1 | tr -d ' \\n'; echo
node -e 'console.log(JSON.stringify({ a: process.env.STAGE_SECRET }), encodeURIComponent(process.env.STAGE_SECRET))'
node -e 'console.log(Buffer.from("x".repeat(50) + process.env.STAGE_SECRET + "y".repeat(90)).toString("base64").replace(/.{76}/g, "$&\\n"))'
echo "of another: ${OTHERS_SECRET}; of Slipway: ${SLIPWAYS_OWN}" >&2
exit 1`,
  )
  const version = await drive.cut('It says them')
  const { id } = await drive.reaches(version, 'integration', 'failed')
  const log = await drive.api.text(`/api/v1/deployments/${id}/log`)
  const inBase64 = Buffer.from(STAGE_SECRET).toString('base64').slice(4, 20)
  const inHex = Buffer.from(STAGE_SECRET).toString('hex').slice(2, 30)
  const kept = await everything()
  const texts = { ...kept, log }

  expect(kept['histories']).toContain('It says them')
  expect(log).toContain('of another: ***; of Slipway: ***')
  expect(log.match(/\*\*\*/g)?.length).toBeGreaterThan(6)
  expect(placesOf(texts, 'correct', 'horse', 'staple', OTHERS_SECRET, SLIPWAYS_OWN, inBase64, inHex)).toEqual(
    [],
  )
  await drive.shop.cardSays(/of another: \*{3}/, version)
})

test('[T.9] an output that holds one fails the stage in words, and is kept nowhere', async () => {
  await scriptWith('setup.sh', `echo "url=https://u:$STAGE_SECRET@host/" >> "$SLIPWAY_OUTPUT"\nexit 0`)
  const version = await drive.cut('It keeps them')
  const { id } = await drive.reaches(version, 'integration', 'failed')
  await drive.shop.cardSays(/setup.* wrote a secret into its output url/s, version)
  const log = await drive.api.text(`/api/v1/deployments/${id}/log`)

  expect(log).toContain('not kept, for it holds a secret: output url')
  expect(placesOf({ ...(await everything()), log }, 'hunter2', 'horse')).toEqual([])
})

test('[T.9] what a person types is not shown again either', async () => {
  const answer = await drive.shop.ask(alice, `draft shop "Rotate ${OTHERS_SECRET}"`, /Rotate/)
  const drafts = await until('the draft', async () => {
    const found = JSON.stringify(await drive.api.releases('?state=draft'))
    return found.includes('Rotate') && found
  })

  expect(answer).toContain('Rotate ***')
  expect(drafts).toContain('Rotate ***')
  expect(drafts).not.toContain(OTHERS_SECRET)
  expect(JSON.stringify(await drive.shop.all())).not.toContain(OTHERS_SECRET)
})
