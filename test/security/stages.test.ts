import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { networkInterfaces } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bubblewrap } from '../integrations/support/sandboxes.js'
import { alice, channelOf } from '../support/channel.js'
import { processesWith } from '../support/command-lines.js'
import { until } from '../support/until.js'
import { type Neighbours, startNeighbours } from './neighbours.js'

const survivor = (name: string): string => `sleep 8${process.pid}.${name.length}`
const ends = (name: string): Promise<boolean> =>
  until(`the end of what was ${name}`, () => processesWith(survivor(name)).length === 0)

describe.skipIf(bubblewrap === null)('in bubblewrap, a stage of one app', () => {
  let neighbours: Neighbours
  let data = ''
  /** The job of the bank's patch, which runs all the while with the secret in its environment. */
  let bankJob = ''
  let bankCommit = ''
  /** What the attack wrote, line by line. */
  let found: readonly string[] = []

  beforeAll(async () => {
    neighbours = await startNeighbours('bwrap')
    data = neighbours.stack.dataFolder
    bankCommit = await neighbours.push(
      'bank',
      'until [ -e "$HOME/open" ]; do sleep 0.2; done; echo "the bank is open"',
    )
    const { id } = await neighbours.deployment(bankCommit, 'running')
    bankJob = await until('the job of the bank', () =>
      readdirSync(join(data, 'jobs')).find((name) => name.startsWith(`${id}_patch`)),
    )
    await until('its command', () => existsSync(join(data, 'jobs', bankJob, 'pid')))
    const commit = await neighbours.push('lab', attack())
    const deployment = await neighbours.deployment(commit, 'awaiting_acceptance', 'accepted', 'failed')
    found = (await neighbours.log(deployment.id)).split('\n')
  })
  afterAll(async () => neighbours?.stack.close())

  /** Everything a script can do on its own; it prints each success. */
  function attack(): string {
    const { embedded, databaseUrl, url } = neighbours.stack
    const ports = {
      temporal: embedded.variables['TEMPORAL_ADDRESS']?.split(':').at(-1),
      database: new URL(databaseUrl).port,
      api: new URL(url).port,
      slack: new URL(embedded.slackUrl ?? '').port,
    }
    const addresses = Object.values(networkInterfaces()).flatMap((all) =>
      (all ?? []).filter(({ family }) => family === 'IPv4').map(({ address }) => address),
    )
    const reach = Object.entries(ports).flatMap(([what, port]) =>
      addresses.map((address) => `reach ${what} ${address} ${port}`),
    )
    const report =
      '{"exit":{"kind":"exited","code":0},"outputs":{},"tail":"","startedAt":"x","finishedAt":"x"}'
    return `#!/bin/sh
D=${data}
tr '\\0' '\\n' < /proc/self/environ | grep -q BANK_SECRET && echo "found: own secret"
cat /proc/[0-9]*/environ 2>/dev/null | tr '\\0' '\\n' | grep -qE "^(BANK_SECRET|SLACK_BOT_TOKEN|DATABASE_URL|SLIPWAY_WEBHOOK_SECRET)=" && echo "found: a secret in an environment"
cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' ' ' | grep -q "[m]ain[.]js" && echo "found: the worker"
echo "jobs: $(ls $D/jobs | wc -l)"; echo "work: $(ls $D/work | wc -l)"; echo "homes: $(ls $D/homes)"
for f in slipway.log slipway.yaml host-id artifacts git temporal slack demo jobs/${bankJob}; do
  [ -e $D/$f ] && echo "found: $f"
done
mkdir -p $D/jobs/${bankJob} && echo '${report}' > $D/jobs/${bankJob}/exit
mkdir -p $D/artifacts $D/homes/bank $D/jobs/planted
touch $D/jobs/planted/exit $D/artifacts/planted $D/homes/bank/open
reach() { timeout 5 bash -c "exec 5<>/dev/tcp/$2/$3" 2>/dev/null && echo "found: $1 at $2"; }
${reach.join('\n')}
setsid ${survivor('left')} >/dev/null 2>&1 &
echo "the attack is over"
`
  }

  test('[T.1] finds no file, no process and no service of Slipway or of its neighbour', () => {
    expect(found.filter((line) => line.startsWith('found:'))).toEqual([])
    expect(found).toEqual(expect.arrayContaining(['jobs: 1', 'work: 1', 'homes: lab', 'the attack is over']))
  })

  test('[T.1] plants nothing: no end of another job, no artifact, no word in another home', async () => {
    expect(existsSync(join(data, 'jobs', bankJob, 'exit'))).toBe(false)
    expect(existsSync(join(data, 'jobs/planted'))).toBe(false)
    expect(existsSync(join(data, 'artifacts/planted'))).toBe(false)
    expect(existsSync(join(data, 'homes/bank/open'))).toBe(false)
    expect((await neighbours.deployment(bankCommit, 'running')).state).toBe('running')
  })

  test('[T.2] sees no secret, and none stands on a command line of the machine', () => {
    const { bank } = neighbours.secrets
    expect(readFileSync(join(data, 'slipway.log'), 'utf8')).not.toContain(bank)
    expect(found.join('\n')).not.toContain(bank)
    expect(processesWith(bank)).toEqual([])
  })

  test('[T.10] leaves nothing behind when it ends, is aborted or takes too long, whatever left its group', async () => {
    const shop = channelOf(neighbours.stack.slack)
    const script = (name: string) =>
      `setsid ${survivor(name)} & env -i setsid ${survivor(name)} & trap "" TERM; while :; do sleep 1; done`
    const aborted = await neighbours.push('lab', script('aborted'))
    await until('what would survive', () => processesWith(survivor('aborted')).length >= 2)
    await shop.ask(alice, 'abort lab lab', /Aborting/)
    await neighbours.deployment(aborted, 'aborted')
    const late = await neighbours.push('brief', script('late'))
    await until('what would survive', () => processesWith(survivor('late')).length >= 2)
    await neighbours.deployment(late, 'failed')

    // None of them would end on its own for a day; a killed process takes a moment to disappear.
    for (const name of ['left', 'aborted', 'late']) await ends(name)
    expect(processesWith(`sleep 8${process.pid}.`)).toEqual([])
  })

  test('[T.1] what is in force is said: ready, metrics, Home of those who manage releases', async () => {
    const { stack } = neighbours
    const ready: unknown = await (await fetch(`${stack.url}/readyz`)).json()
    const metrics = await (await fetch(`${stack.url}/metrics`)).text()
    await stack.slack.openHome(alice)

    expect(ready).toMatchObject({ workers: [{ sandbox: 'bwrap' }] })
    expect(metrics).toMatch(/slipway_sandbox\{host="\w+",sandbox="bwrap",network="[\w-]+"\} 1/)
    expect(readFileSync(join(data, 'slipway.log'), 'utf8')).toContain('Stages run in bubblewrap')
    await until('the Home', async () =>
      (await stack.slack.log()).some(({ detail }) =>
        JSON.stringify(detail ?? '').includes('Stages run in bubblewrap'),
      ),
    )
  })
})

describe('without a sandbox', () => {
  let neighbours: Neighbours

  beforeAll(async () => {
    neighbours = await startNeighbours('off')
  })
  afterAll(async () => neighbours?.stack.close())

  test('[T.1] what that leaves open is said at the start, with the number of apps', async () => {
    const { stack } = neighbours
    const ready: unknown = await (await fetch(`${stack.url}/readyz`)).json()

    expect(ready).toMatchObject({ workers: [{ sandbox: 'off', network: 'host-only' }] })
    expect(readFileSync(join(stack.dataFolder, 'slipway.log'), 'utf8')).toMatch(
      /Stages run as Slipway itself.*any of the 2 apps.*can act as Slipway and as every other app.*docs\/security\.md/,
    )
  })

  test('[T.2] a stage reads no secret out of the environment of any process of Slipway’s', async () => {
    const { stack, secrets, push, deployment, log } = neighbours
    // In halves, so that the script itself does not hold what it looks for.
    const looked = [secrets.bank, secrets.forge, stack.variables['DATABASE_URL'] ?? ''].map(
      (value) => `grep -qF "${value.slice(0, -4)}""${value.slice(-4)}" $f && echo "found: $1"`,
    )
    const commit = await push(
      'lab',
      `for f in /proc/[0-9]*/environ; do
set -- "$(tr '\\0' ' ' < \${f%environ}cmdline | cut -c1-80)"
{ ${looked.join('\n')}
} 2>/dev/null
done
echo "looked at $(ls -d /proc/[0-9]* | wc -l) processes"`,
    )
    const { id } = await deployment(commit, 'awaiting_acceptance', 'accepted', 'failed')
    const found = await log(id)

    expect(found).toMatch(/looked at \d\d+ processes/)
    expect(found.split('\n').filter((line) => line.startsWith('found:'))).toEqual([])
  })

  test('[T.10] an aborted stage leaves no process that kept its mark', async () => {
    const commit = await neighbours.push(
      'lab',
      `setsid ${survivor('open')} & setsid ${survivor('open')} & sleep 600`,
    )
    await until('what would survive', () => processesWith(survivor('open')).length >= 2)
    await channelOf(neighbours.stack.slack).ask(alice, 'abort lab lab', /Aborting/)
    await neighbours.deployment(commit, 'aborted')

    await ends('open')
    expect(processesWith(survivor('open'))).toEqual([])
  })
})
