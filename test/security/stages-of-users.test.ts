/** Each stage as a user of its own, where there are no user namespaces: Slipway is root here. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { alice, channelOf } from '../support/channel.js'
import { processesWith } from '../support/command-lines.js'
import { until } from '../support/until.js'
import { firstUid, type Neighbours, startNeighbours } from './neighbours.js'

const survivor = (name: string): string => `sleep 7${process.pid}.${name.length}`

describe.skipIf(process.getuid?.() !== 0)('as a user of its own, a stage of one app', () => {
  let neighbours: Neighbours
  let data = ''
  let bankJob = ''
  let bankCommit = ''
  let found: readonly string[] = []

  beforeAll(async () => {
    neighbours = await startNeighbours('user')
    data = neighbours.stack.dataFolder
    bankCommit = await neighbours.push('bank', 'until [ -e "$HOME/open" ]; do sleep 0.2; done')
    const { id } = await neighbours.deployment(bankCommit, 'running')
    bankJob = await until('the job of the bank', () =>
      readdirSync(join(data, 'jobs')).find((name) => name.startsWith(`${id}_patch`)),
    )
    await until('its command', () => existsSync(join(data, 'jobs', bankJob, 'pid')))
    const commit = await neighbours.push('lab', attack())
    const deployment = await neighbours.deployment(commit, 'awaiting_acceptance', 'accepted', 'failed')
    found = (await neighbours.log(deployment.id)).split('\n')
  })
  afterAll(async () => {
    if (!neighbours) return
    await channelOf(neighbours.stack.slack).ask(alice, 'abort bank bank', /Aborting/)
    await neighbours.deployment(bankCommit, 'aborted')
    await neighbours.stack.close()
  })

  /** Everything a script can do on its own; it prints each success. */
  function attack(): string {
    const { bank, forge } = neighbours.secrets
    const halves = [bank, forge].map((value) => `"${value.slice(0, -4)}""${value.slice(-4)}"`)
    const bankPid = readFileSync(join(data, 'jobs', bankJob, 'pid'), 'utf8').split(/\D/)[0] ?? ''
    return `#!/bin/sh
D=${data}
for f in /proc/[0-9]*/environ; do
${halves.map((half) => `grep -qF ${half} $f 2>/dev/null && echo "found: a secret in $f"`).join('\n')}
done
for d in $D $D/jobs $D/work $D/user-homes $D/checkouts $D/checkouts/*; do ls $d >/dev/null 2>&1 && echo "found: the names in $d"; done
for f in slipway.log slipway.yaml host-id artifacts git temporal slack demo uids; do
[ -r $D/$f ] && echo "found: $f"
done
for f in log pid started_at out out/output tmp; do
[ -r $D/jobs/${bankJob}/$f ] && echo "found: $f of another job"
done
echo '{}' 2>/dev/null > $D/jobs/${bankJob}/exit && echo "found: a way to end another job"
touch $D/jobs/${bankJob}/cancel $D/user-homes/bank/open 2>/dev/null && echo "found: a way into another app"
kill -KILL ${bankPid} 2>/dev/null && echo "found: the process of another app"
mkdir $D/jobs/planted $D/artifacts/planted $D/work/planted 2>/dev/null && echo "found: a place of Slipway's"
grep -q "^CapEff:.*[1-9a-f]" /proc/self/status && echo "found: a capability"
setpriv --reuid 0 true 2>/dev/null && echo "found: a way back to root"
touch "$HOME/kept" "$TMPDIR/kept" /tmp/kept-$SLIPWAY_DEPLOYMENT kept || echo "lost: a place of its own"
echo "as $(id -u)"
setsid ${survivor('left')} >/dev/null 2>&1 &
echo "left=over" >> $SLIPWAY_OUTPUT
echo "the attack is over"
`
  }

  test('[T.1] [T.2] finds no file, no secret and no process of Slipway or of its neighbour', () => {
    const [, uid] = /^as (\d+)$/m.exec(found.join('\n')) ?? []

    expect(found.filter((line) => /^(?:found|lost):/.test(line))).toEqual([])
    expect(found).toContain('the attack is over')
    expect(Number(uid) - firstUid).toBeOneOf([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    expect(existsSync(join(data, 'jobs', bankJob, 'exit'))).toBe(false)
  })

  test('[T.10] leaves nothing behind when it ends or is aborted, whatever left its group', async () => {
    const shop = channelOf(neighbours.stack.slack)
    const script = `setsid ${survivor('aborted')} & env -i setsid ${survivor('aborted')} & trap "" TERM; while :; do sleep 1; done`
    const aborted = await neighbours.push('lab', script)
    await until('what would survive', () => processesWith(survivor('aborted')).length >= 2)
    await shop.ask(alice, 'abort lab lab', /Aborting/)
    await neighbours.deployment(aborted, 'aborted')

    await until('the end of all', () => processesWith(`sleep 7${process.pid}.`).length === 0)
    expect(readdirSync('/tmp').filter((name) => name.startsWith('kept-dep_'))).toEqual([])
    expect((await neighbours.deployment(bankCommit, 'running')).state).toBe('running')
  })

  test('[T.1] what is in force is said', async () => {
    const ready: unknown = await (await fetch(`${neighbours.stack.url}/readyz`)).json()

    expect(ready).toMatchObject({ workers: [{ sandbox: 'user', network: 'host-only' }] })
    expect(readFileSync(join(data, 'slipway.log'), 'utf8')).toMatch(
      /Each stage runs as a user of its own.*only their own credentials protect PostgreSQL/,
    )
  })
})
