/** What has to hold once everything is idle. Each invariant counts its cases and describes each violation. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { sql } from 'kysely'
import type { Effect } from '../../local/demo-host/effects.js'
import { wholeText } from '../support/channel.js'
import { until } from '../support/until.js'
import { answerInvariants } from './answers.js'
import type { Invariant } from './invariant.js'
import type { Setting } from './setting.js'

/** Waits until everything is idle, then checks everything. `stories`: what each story timed out on; null: nothing. */
export async function judge(
  setting: Setting,
  stories: readonly (string | null)[],
  faults: readonly string[],
): Promise<readonly Invariant[]> {
  const troubles = stories.filter((trouble) => trouble !== null)
  const restless = await comeToRest(setting)
  return [
    { rule: 'R.3', holds: 'every story came to its end', counted: stories.length, violations: troubles },
    restless,
    ...(await answerInvariants(setting, faults)),
    ...(await effectInvariants(setting)),
    await oneAtATime(setting),
    await currentIsDeployed(setting),
    await cardsSayTheApi(setting),
    await nothingLeft(setting),
  ]
}

/** Its workflow was terminated from outside. A Retry finds its command again; the next deployment there ends its stage. */
const INTERRUPTED = sql`deployments.state = 'failed' and note->'failure'->>'kind' = 'interrupted'`

/** Work in progress: orders, deployments, stages, messages. */
async function underWay({ stack }: Setting): Promise<readonly string[]> {
  const { rows } = await sql<{ readonly what: string }>`
    select 'order ' || key || ' of ' || (actor->>'user') || ': ' || intent::text as what from inbox
      where finished_at is null or told_at is null
    union all select 'deployment ' || id || ' is ' || state from deployments where state in ('queued', 'running')
    union all select 'stage ' || key || ' has no end' from stage_runs where finished_at is null
      and not exists (select from deployments where id = deployment_id and ${INTERRUPTED})
    union all select 'build ' || id || ' runs' from builds where state = 'running'
    union all select 'environment ' || name || ' is ' || state from environments
      where state in ('setting_up', 'deploying', 'tearing_down')
    union all select 'message ' || key || ' shows something old' from slack_messages
      where detached is null and (case when audit_id is null then stale > shown else ts is null end)`.execute(
    stack.database.db,
  )
  return rows.map(({ what }) => what)
}

async function comeToRest(setting: Setting): Promise<Invariant> {
  const found = { rule: 'R.3', holds: 'everything comes to rest', counted: 1 }
  let last: readonly string[] = []
  const calm = async (): Promise<boolean> => {
    last = await underWay(setting)
    return last.length === 0
  }
  try {
    await until('rest', calm)
    return { ...found, violations: [] }
  } catch (error) {
    return { ...found, violations: last.length > 0 ? last : [String(error)] }
  }
}

/** What the host did, in order: the only times that no moved clock changes. */
const ledgerOf = async ({ stack }: Setting): Promise<readonly Effect[]> =>
  (await (await fetch(`${stack.embedded.demo.hostUrl}/effects`)).json()) as readonly Effect[]

async function effectInvariants(setting: Setting): Promise<readonly Invariant[]> {
  const { stack } = setting
  const ledger = await ledgerOf(setting)
  const stages = await stack.database.db.selectFrom('stage_runs').selectAll().execute()
  const begun = ledger.filter(({ action }) => action.endsWith(':started')).map(({ key }) => key)
  const recorded = new Set(stages.map(({ key }) => key))
  const atHost = stages.filter(({ environment }) => environment !== null)
  return [
    {
      ...{ rule: 'R.1', holds: 'each effect happened once for its key', counted: ledger.length },
      violations: doubles(ledger.map(({ key, action, environment }) => `${key} ${action} in ${environment}`)),
    },
    {
      ...{ rule: 'R.1', holds: 'what the host did is recorded', counted: begun.length },
      violations: begun.filter((key) => !recorded.has(key)).map((key) => `${key} is not recorded`),
    },
    {
      ...{ rule: 'R.1', holds: 'what is recorded as passed was done', counted: atHost.length },
      violations: atHost
        .filter(({ key, verdict }) => verdict === 'passed' && !begun.includes(key))
        .map(({ key }) => `${key} passed and never began`),
    },
  ]
}

const doubles = (names: readonly string[]): readonly string[] =>
  [...new Set(names.filter((name, index) => names.indexOf(name) !== index))].map((name) => `twice: ${name}`)

/** Once another stage began in an environment, the one before does nothing there any more. */
async function oneAtATime(setting: Setting): Promise<Invariant> {
  const ledger = await ledgerOf(setting)
  const violations = [...new Set(ledger.map(({ environment }) => environment))].flatMap((name) => {
    const keys = ledger.filter(({ environment }) => environment === name).map(({ key }) => key)
    return keys.flatMap((key, index) => {
      const before = keys[index - 1] ?? key
      return key !== before && keys.indexOf(key) < index ? [`${key} acted after ${before} began`] : []
    })
  })
  return { rule: 'S4.10', holds: 'one stage at a time in an environment', counted: ledger.length, violations }
}

/** What the read API calls current is what the newest passed patch deployed there. */
async function currentIsDeployed(setting: Setting): Promise<Invariant> {
  const { drive, stack } = setting
  const environments = (await drive.api.environments()).filter(({ current }) => current !== null)
  const { rows } = await sql<{ readonly key: string; readonly commit: string }>`
    select run.key, deployment.commit from stage_runs run
      join deployments deployment on deployment.id = run.deployment_id
      where run.stage in ('setup', 'patch') and run.verdict = 'passed'`.execute(stack.database.db)
  const commits = new Map(rows.map(({ key, commit }) => [key, commit]))
  const patched = new Map<string, string | undefined>()
  for (const { environment, key } of await ledgerOf(setting)) {
    if (commits.has(key)) patched.set(environment, commits.get(key))
  }
  return {
    ...{ rule: 'S3.5', holds: 'what is current is what was deployed last', counted: environments.length },
    violations: environments
      .filter(({ name, current }) => patched.get(name) !== current?.commit)
      .map(({ name, current }) => `${name}: ${current?.commit}, but ${patched.get(name)} was deployed`),
  }
}

/** The word that a card uses for an ended deployment; one that is not ended has several wordings. */
const WORDS: Readonly<Record<string, string>> = {
  accepted: 'accepted',
  rejected: 'rejected',
  superseded: 'replaced',
}

/** Where a deployment failed, the card says so rather than that another replaced it. */
const WITH_SETBACK: typeof WORDS = { ...WORDS, superseded: 'replaced|failed' }

async function cardsSayTheApi({ drive, stack }: Setting): Promise<Invariant> {
  const releases = await drive.api.releases()
  const messages = await drive.shop.all()
  const { rows: cards } = await sql<{ readonly key: string; readonly ts: string }>`
    select key, ts from slack_messages where key like 'card/%'`.execute(stack.database.db)
  const current = new Map((await drive.api.environments()).map((one) => [one.name, one.current?.version]))
  const violations: string[] = []
  for (const { version, id, title } of releases) {
    const shown = messages.filter(
      ({ thread_ts, blocks }) =>
        thread_ts === undefined && blockOf(blocks?.[0]).startsWith(`rel:shop:${version}:`),
    )
    const known = cards.find(({ key }) => key === `card/${id}`)
    if (shown.length !== 1) violations.push(`${version} (${title}) has ${shown.length} cards`)
    if (known?.ts !== shown[0]?.ts) violations.push(`the record of ${version}'s card names another message`)
    const text = shown[0] === undefined ? '' : wholeText(shown[0])
    const { deployments } = await drive.api.release(version)
    const failures = (await drive.api.events(version)).filter(({ kind }) => kind === 'deployment.failed')
    const failed = new Set(failures.map((one) => one.environment))
    const newest = new Map(deployments.map((one) => [one.environment, one.state]))
    for (const [environment, state] of newest) {
      const wasLeft = state === 'accepted' && current.get(environment) !== version
      const word = wasLeft
        ? 'accepted|rolled back'
        : failed.has(environment)
          ? WITH_SETBACK[state]
          : WORDS[state]
      if (word !== undefined && !says(text, environment, word))
        violations.push(`${version}: ${environment} is ${state}, the card says: ${text.slice(0, 600)}`)
    }
  }
  return {
    ...{ rule: 'U.2', holds: 'one card for each release, which says what the API says' },
    counted: releases.length,
    violations,
  }
}

const blockOf = (block: Readonly<Record<string, unknown>> | undefined): string => {
  const id = block?.['block_id']
  return typeof id === 'string' ? id : ''
}

const says = (card: string, environment: string, state: string): boolean =>
  card.split('\n').some((line) => new RegExp(`${environment}\\*? [^›]*(?:${state})`, 'i').test(line))

async function nothingLeft({ stack }: Setting): Promise<Invariant> {
  const { rows } = await sql<{ readonly what: string }>`
    select 'a session is ' || state || ' for ' || (now() - state_change) as what from pg_stat_activity
      where state like 'idle in transaction%' and state_change < now() - interval '5 seconds'`.execute(
    stack.database.db,
  )
  // What is made ahead of a stage goes within seconds if the stage does not come.
  const ahead = join(stack.dataFolder, 'work/ahead')
  await Promise.allSettled([
    until('nothing to be made ahead', () => !existsSync(ahead) || readdirSync(ahead).length === 0, 30_000),
  ])
  const names = readdirSync(stack.dataFolder, { recursive: true, encoding: 'utf8' })
  const halfMade = names.filter((name) => /(?:^|\/)work\/(?:[^/]+\.new|ahead\/[^/]+)$/.test(name))
  const ended = [...stack.processes].filter(([, running]) => running.hasEnded())
  return {
    ...{
      rule: 'R.9',
      holds: 'nothing is left: sessions, half-made checkouts, ended processes',
      counted: names.length,
    },
    violations: [
      ...rows.map(({ what }) => what),
      ...halfMade.map((name) => `${join('data', name)} is half made`),
      ...ended.map(([name, running]) => `${name} ended by itself: ${running.tail().slice(-600)}`),
    ],
  }
}
