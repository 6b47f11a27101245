import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import path from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { StageOrder, StageRunner } from '../../domain/ports.js'
import type { SandboxPaths } from '../../domain/sandbox.js'
import { markedProcesses } from '../../integrations/host/marked-processes.js'
import { removeFolder } from '../../integrations/host/remove-folder.js'
import type { BwrapConfinement } from '../../integrations/sandbox/confinement.js'
import { createNetworks } from '../../integrations/sandbox/networks-ahead.js'
import { openNetwork } from '../../integrations/sandbox/own-network.js'
import { createShellRunner } from '../../integrations/stage-runners/shell-runner.js'
import { childrenOf, commandLineOf } from '../support/child-processes.js'
import { processesWith } from '../support/command-lines.js'
import { eventually } from '../support/until.js'
import { bubblewrap, userSandbox } from './support/sandboxes.js'
import { recordContact, shellOrder } from './support/stage-contacts.js'
import { temporaryFolder } from './support/temporary-folder.js'

const PATH = process.env['PATH'] ?? '/usr/bin:/bin'

interface Place {
  readonly folder: string
  readonly runner: StageRunner
  readonly order: (command: string, changes?: Partial<StageOrder>) => StageOrder
}

async function setUp(paths: Partial<SandboxPaths> = {}): Promise<Place> {
  if (bubblewrap === null) throw new Error('bubblewrap does not work here')
  const folder = await temporaryFolder()
  for (const name of ['source', 'artifact'])
    mkdirSync(path.join(folder, 'data/work', name), { recursive: true })
  const data = path.join(folder, 'data')
  const runner = createShellRunner({
    dataFolder: data,
    baseVariables: { PATH },
    killGraceMs: 10_000,
    pollMs: 30,
    sandbox: {
      sandbox: bubblewrap,
      homes: path.join(data, 'homes'),
      pathsOf: () => ({ read: [], write: [], ...paths }),
      closedFolders: [data],
      closedServices: [],
    },
  })
  const order: Place['order'] = (command, changes = {}) =>
    shellOrder(path.join(data, 'work/source'), command, {
      artifact: path.join(data, 'work/artifact'),
      variables: { SLIPWAY_IDEMPOTENCY_KEY: folder },
      ...changes,
    })
  return { folder, runner, order }
}

async function run(command: string, changes: Partial<StageOrder> = {}, paths: Partial<SandboxPaths> = {}) {
  const place = await setUp(paths)
  const report = await place.runner.execute(place.order(command, changes), recordContact())
  return { ...place, report }
}

describe.skipIf(bubblewrap === null)('a command in bubblewrap', () => {
  it('does its work: checkout, artifact, HOME, outputs, both outputs of its log, exit code', async () => {
    const { folder, report } = await run(
      'pwd; echo 1 > here; echo 2 > "$HOME/cache"; echo 3 > ../artifact/x; echo 4 > /tmp/x; echo two >/dev/stderr; echo "url=http://x" >> "$SLIPWAY_OUTPUT"; exit 75',
    )
    const data = path.join(folder, 'data')

    expect(report).toMatchObject({
      exit: { kind: 'exited', code: 75 },
      outputs: { url: 'http://x' },
      tail: expect.stringContaining(`${data}/work/source\ntwo\n`),
    })
    for (const file of ['work/source/here', 'work/artifact/x', 'homes/shop/cache']) {
      expect(existsSync(path.join(data, file)), file).toBe(true)
    }
  })

  it('sees no other process, no other folder of Slipway’s, and gets no way to another user', async () => {
    const { folder, report } = await run(
      'for d in "$HOME/.." "$(dirname "$SLIPWAY_OUTPUT")/../.." /root /home; do ls "$d" 2>/dev/null; done; ls -1d /proc/[0-9]*/ | wc -l; grep -E "CapEff|NoNewPrivs" /proc/self/status; id -u',
    )
    const lines = report.tail.trim().split('\n')

    expect(lines).toContain('CapEff:\t0000000000000000')
    expect(lines).toContain('NoNewPrivs:\t1')
    expect(lines.at(-1)).not.toBe('0')
    // Its own job, its own home; bubblewrap, the shell, ls and wc.
    const [job = ''] = readdirSync(path.join(folder, 'data/jobs'))
    expect(lines.filter((line) => line === 'shop' || line === job)).toHaveLength(2)
    expect(Number(lines.find((line) => /^\d+$/.test(line)))).toBeLessThan(6)
  })

  it('cannot write its own log, exit or report, nor keep a file outside its places', async () => {
    const { folder, report } = await run(
      'cd "$(dirname "$SLIPWAY_OUTPUT")/.."; pwd; for f in exit log pid cancel started_at; do echo planted > $f; done; mkdir ../planted; true',
    )
    const jobs = path.join(folder, 'data/jobs')
    const [job = ''] = readdirSync(jobs)

    expect(readdirSync(jobs)).toEqual([job])
    for (const file of ['exit', 'log', 'pid', 'started_at']) {
      expect(await readFile(path.join(jobs, job, file), 'utf8'), file).not.toMatch(/^planted/)
    }
    expect(report.exit).toEqual({ kind: 'exited', code: 0 })
  })

  it('sees what its app was opened, to read or to write', async () => {
    const outside = await temporaryFolder()
    chmodSync(outside, 0o777)
    writeFileSync(path.join(outside, 'tool'), 'hello')
    const look = `cat ${outside}/tool; echo x > ${outside}/new || echo refused`
    const read = await run(look, {}, { read: [outside] })
    const unseen = await run(look)

    expect(read.report.tail).toMatch(/hello.*refused/s)
    expect(unseen.report.tail).toMatch(/No such file/)
    expect(existsSync(path.join(outside, 'new'))).toBe(false)
  })

  it('ended by an abort may clean up first, and leaves nothing, whatever called setsid', async () => {
    const { folder, runner, order } = await setUp()
    const contact = recordContact()
    const sleep = `sleep 9${process.pid}.25`
    const ended = runner.execute(
      order(
        `trap 'echo cleaned > "$HOME/cleaned"; exit 1' TERM; setsid ${sleep} & setsid sh -c 'env -i setsid ${sleep}' & echo up; while :; do sleep 0.05; done`,
      ),
      contact,
    )
    await eventually(() => contact.text().includes('up'))
    contact.cancel()

    expect((await ended).exit).toEqual({ kind: 'cancelled' })
    expect(existsSync(path.join(folder, 'data/homes/shop/cleaned'))).toBe(true)
    expect(await markedProcesses(`SLIPWAY_IDEMPOTENCY_KEY=${folder}`)).toEqual([])
    expect(processesWith(sleep)).toEqual([])
  })

  it('that ends leaves nothing behind either', async () => {
    const { folder, report } = await run('setsid sleep 4320 >/dev/null 2>&1 & exit 0')

    expect(report.exit).toEqual({ kind: 'exited', code: 0 })
    expect(await markedProcesses(`SLIPWAY_IDEMPOTENCY_KEY=${folder}`)).toEqual([])
  })
})

describe.skipIf(bubblewrap === null)('the checkout of a command in bubblewrap', () => {
  it('that stages share is there to read and not to write', async () => {
    const place = await setUp()
    const shared = path.join(place.folder, 'data/checkouts/1/tree-1')
    mkdirSync(shared, { recursive: true })
    writeFileSync(path.join(shared, 'file'), 'of the commit')
    const order = {
      ...place.order(
        'pwd; cat file; echo x > file || echo refused; touch new || echo refused; rm file; true',
      ),
      ...{ workspace: shared, checkout: { kind: 'shared' } as const },
    }
    const { tail } = await place.runner.execute(order, recordContact())

    expect(tail).toContain(`${shared}\nof the commit`)
    expect(tail.match(/refused/g)).toHaveLength(2)
    expect(readdirSync(shared)).toEqual(['file'])
    expect(readFileSync(path.join(shared, 'file'), 'utf8')).toBe('of the commit')
  })

  it.skipIf(bubblewrap?.noLayers !== null).each([
    ['none', []],
    ['none', [9]],
    ['host', []],
  ] as const)(
    'in layers is its own to change, and nothing of it is changed below, with network %s and ports %j',
    async (network, ports) => {
      const place = await setUp()
      const data = path.join(place.folder, 'data')
      const at = (name: string): string => path.join(data, 'work', name)
      const lower = path.join(data, 'checkouts/1/tree-1')
      for (const made of [path.join(lower, 'src'), at('upper'), at('work')])
        mkdirSync(made, { recursive: true })
      writeFileSync(path.join(lower, 'file'), 'of the commit')
      writeFileSync(path.join(lower, 'src/a'), 'a')
      const checkout = { kind: 'overlay', lower, upper: at('upper'), work: at('work') } as const
      const command =
        'cat file; echo changed > file; rm -r src; mkdir src; touch src/b; chmod +x file; ls src; id -u; ls ..'
      const stage: StageOrder['run'] = { kind: 'shell', run: command, network, ports }
      const report = await place.runner.execute(
        { ...place.order(command), run: stage, checkout },
        recordContact(),
      )

      expect(report).toMatchObject({ exit: { kind: 'exited', code: 0 } })
      expect(report.tail).toContain(`of the commitb\n${process.getuid?.()}\nartifact\nsource\n`)
      expect(readFileSync(path.join(lower, 'file'), 'utf8')).toBe('of the commit')
      expect(readdirSync(path.join(lower, 'src'))).toEqual(['a'])
      expect(readdirSync(at('source'))).toEqual([])
      await removeFolder(path.join(data, 'work'))
      expect(existsSync(path.join(data, 'work'))).toBe(false)
    },
  )
})

describe.skipIf(userSandbox === null)('the checkout of a command that is a user of its own', () => {
  it('that stages share is there to read and not to write', async () => {
    if (userSandbox === null) throw new Error('no users here')
    const { folder, sandbox } = userSandbox
    const shared = path.join(folder, 'checkouts/1/tree-1')
    mkdirSync(shared, { recursive: true })
    writeFileSync(path.join(shared, 'file'), 'of the commit')
    const runner = createShellRunner({
      dataFolder: folder,
      baseVariables: { PATH },
      pollMs: 30,
      sandbox: {
        ...{ sandbox, homes: path.join(folder, 'user-homes'), closedFolders: [], closedServices: [] },
        pathsOf: () => ({ read: [], write: [] }),
      },
    })
    const command = 'cat file; echo x > file || echo refused; touch new || echo refused'
    const order = shellOrder(shared, command, { checkout: { kind: 'shared' } })
    const { tail } = await runner.execute(order, recordContact())

    expect(tail).toContain('of the commit')
    expect(tail.match(/refused/g)).toHaveLength(2)
    expect(readdirSync(shared)).toEqual(['file'])
    expect(statSync(shared).uid).toBe(0)
  })
})

describe.skipIf(bubblewrap === null)('the network of a command in bubblewrap', () => {
  /** A server of this machine, as PostgreSQL and Temporal are. */
  async function listen(): Promise<number> {
    const server = createServer((socket) => socket.end('hello from outside\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    onTestFinished(() => void server.close())
    const address = server.address()
    return typeof address === 'object' && address !== null ? address.port : 0
  }
  const outside = (): BwrapConfinement => {
    if (bubblewrap === null) throw new Error('bubblewrap does not work here')
    const { tools, uids } = bubblewrap
    return {
      ...{ kind: 'bwrap', tools, uid: uids?.first ?? null, home: '/', artifact: null, read: [], write: [] },
      ...{ network: 'outside', ports: [], closed: [], notice: null },
    }
  }
  const ask = (port: number): string =>
    `bash -c 'exec 5<>/dev/tcp/127.0.0.1/${port} && cat <&5' || echo unreached`

  it.each(['outside', 'none'] as const)('%s does not reach this machine', async (network) => {
    const port = await listen()
    const { report } = await run(ask(port), { run: shellRun(ask(port), network) })

    expect(report.tail).toContain('unreached')
    expect(report.tail).not.toContain('hello')
  })

  it('host does', async () => {
    const port = await listen()
    const { report } = await run('', { run: shellRun(ask(port), 'host') })

    expect(report.tail).toContain('hello from outside')
  })

  it.each(['outside', 'none'] as const)(
    '%s reaches the ports that are let in, and no others',
    async (network) => {
      const [open, shut] = [await listen(), await listen()]
      const { report } = await run('', { run: shellRun(`${ask(open)}; ${ask(shut)}`, network, [open]) })

      expect(report.tail.match(/hello from outside/g)).toHaveLength(1)
      expect(report.tail).toContain('unreached')
    },
  )

  it('that was made ahead is its own, if that is what was foreseen', async () => {
    const [open, shut] = [await listen(), await listen()]
    const { runner, order } = await setUp()
    const both = `${ask(open)}; ${ask(shut)}`
    const ended = async (key: string, foreseen: readonly number[]): Promise<string> => {
      const wanted = order('', { key, run: shellRun(both, 'none', [open]) })
      runner.foresee?.({ app: wanted.app, run: shellRun('true', 'none', foreseen) })
      const { tail } = await runner.execute(wanted, recordContact())
      return tail.trim().split('\n').at(-1) === 'unreached' ? (tail.split('\n')[0] ?? '') : tail
    }

    expect(await ended('foreseen', [open])).toBe('hello from outside')
    expect(await ended('another', [shut, open])).toBe('hello from outside')
    expect(await ended('nothing', [])).toBe('hello from outside')
  })

  it('that is foreseen twice is made once', async () => {
    const networks = createNetworks()
    const keepers = () => childrenOf(process.pid, (pid) => commandLineOf(pid).includes('read -r end'))
    networks.foresee(outside())
    await eventually(() => keepers().length === 1)
    const [made] = keepers()
    networks.foresee(outside())
    const network = await networks.open(outside(), () => undefined)
    network?.close()
    await Promise.allSettled([network?.connected])

    expect(network?.entrance).toContain(String(made))
  })

  it('that is closed before it is connected leaves nothing', async () => {
    const network = await openNetwork(outside(), () => undefined)
    network?.close()
    await Promise.allSettled([network?.connected])

    const connections = () => childrenOf(process.pid, (pid) => commandLineOf(pid).includes('slirp4netns'))
    await eventually(() => connections().length === 0)
    expect(network).not.toBeNull()
  })

  function shellRun(
    command: string,
    network: 'outside' | 'host' | 'none',
    ports: readonly number[] = [],
  ): StageOrder['run'] {
    return { kind: 'shell', run: command, ...(network === 'outside' ? {} : { network }), ports }
  }
})
