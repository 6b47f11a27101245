import { mkdir, symlink } from 'node:fs/promises'
import { homedir } from 'node:os'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import type { AppName } from '../../domain/identifiers.js'
import { saySandbox, type WorkerStatus } from '../../domain/sandbox.js'
import { openAppHome } from '../../integrations/sandbox/app-home.js'
import {
  bwrapArguments,
  type CommandPlaces,
  type System,
} from '../../integrations/sandbox/bwrap-arguments.js'
import type { BwrapConfinement, SandboxTools } from '../../integrations/sandbox/confinement.js'
import { findSandbox } from '../../integrations/sandbox/find-sandbox.js'
import { findTools, missingForOutside } from '../../integrations/sandbox/find-tools.js'
import { keeperOf, rulesFor } from '../../integrations/sandbox/own-network.js'
import {
  type ConfinementPlan,
  confinementOf,
  openPath,
  type ShellRun,
} from '../../integrations/stage-runners/confinement-of.js'
import { SYSTEM_PATH, UIDS } from './support/sandboxes.js'
import { temporaryFolder } from './support/temporary-folder.js'

const confinement: BwrapConfinement = {
  kind: 'bwrap',
  tools: {
    bwrap: '/usr/bin/bwrap',
    unshare: '/usr/bin/unshare',
    nsenter: '/usr/bin/nsenter',
    mount: '/usr/bin/mount',
    setpriv: '/usr/bin/setpriv',
    ip: '/usr/sbin/ip',
    slirp4netns: '/usr/bin/slirp4netns',
  },
  uid: null,
  home: '/data/homes/shop',
  artifact: '/data/work/1/artifact',
  read: ['/opt/tools'],
  write: ['/var/run/docker.sock'],
  network: 'none',
  ports: [],
  closed: [],
  notice: null,
}
const system: System = {
  folders: [
    { path: '/usr', linkTo: null },
    { path: '/bin', linkTo: 'usr/bin' },
  ],
  resolver: null,
  user: { uid: 1000, gid: 1001 },
}
const places: CommandPlaces = {
  workspace: '/data/work/1/source',
  checkout: null,
  output: '/data/jobs/1/out',
}
const args = (
  changes: Partial<BwrapConfinement> = {},
  checkout: CommandPlaces['checkout'] = null,
): string => {
  const command = 'echo "$X"; rm -rf /'
  const given = { confinement: { ...confinement, ...changes }, system }
  return bwrapArguments(command, { ...places, checkout }, given).join(' ')
}

describe('the sandbox of a command', () => {
  it('of an ordinary user is a user namespace without a capability', () => {
    expect(args()).toContain('--unshare-user --uid 1000 --gid 1001 --cap-drop ALL --unshare-pid')
    expect(args()).not.toContain('setpriv')
  })

  it('of root switches to the other user as its last act', () => {
    const given = args({ uid: 60_600 })

    expect(given).toContain('--cap-drop ALL --cap-add CAP_SETUID')
    expect(given).not.toContain('--unshare-user')
    expect(given).toMatch(
      /-- \/usr\/bin\/setpriv --reuid 60600 --regid 60600 --clear-groups .* -- \/bin\/sh -c echo/,
    )
  })

  it('outlives its worker, and shows what is its own and nothing else', () => {
    const given = args()
    const shown = [...given.matchAll(/--(?:ro-)?bind (\S+) /g)].map(([, from]) => from)

    expect(given).not.toContain('--die-with-parent')
    expect(shown).toEqual([
      '/usr',
      '/opt/tools',
      '/var/run/docker.sock',
      '/data/work/1/source',
      '/data/jobs/1/out',
      '/data/homes/shop',
      '/data/work/1/artifact',
    ])
    expect(given).toContain('--ro-bind /opt/tools /opt/tools')
  })

  it('shows a checkout that stages share to read, and one in layers to write', () => {
    const shared = args({}, { kind: 'shared' })
    const layers = { kind: 'overlay', lower: '/l', upper: '/u', work: '/w' } as const

    expect(shared).toContain('--ro-bind /data/work/1/source /data/work/1/source')
    expect(shared).not.toContain(' --bind /data/work/1/source')
    expect(args({}, layers)).toContain(' --bind /data/work/1/source')
    expect(args({}, layers)).toMatch(
      /^\/usr\/bin\/unshare --map-root-user --mount .* userxattr,lowerdir=\/l,upperdir=\/u,workdir=\/w \/data\/work\/1\/source \/usr\/bin\/bwrap/,
    )
    expect(args({ network: 'outside' }, layers)).not.toContain('--map-root-user')
  })

  it.each([
    ['none', [], true],
    ['none', [5432], false],
    ['outside', [], false],
    ['host', [], false],
  ] as const)('with network %s and ports %j is cut off by bubblewrap: %s', (network, ports, alone) => {
    expect(args({ network, ports }).includes('--unshare-net')).toBe(alone)
  })

  it('with a network of its own gets its rules before anything of it runs', () => {
    const given = keeperOf(confinement, ['rule add to 10.0.0.1 unreachable'])

    expect(given.slice(0, 3)).toEqual(['/usr/bin/unshare', '--map-root-user', '--net'])
    expect(given).toContain('link set lo up\nrule add to 10.0.0.1 unreachable')
    expect(keeperOf({ ...confinement, uid: 1 }, [])).not.toContain('--map-root-user')
  })

  it('that leads outside keeps the cloud’s credentials and Slipway’s services shut', async () => {
    const closed = ['10.9.8.7:5432', '127.0.0.1:7233']
    const rules = await rulesFor({ ...confinement, network: 'outside', closed })

    expect(rules).toContain('rule add to 169.254.0.0/16 unreachable')
    expect(rules).toContain('rule add to 10.9.8.7 ipproto tcp dport 5432 unreachable')
    expect(rules.join()).not.toContain('127.0.0.1')
    expect(await rulesFor({ ...confinement, closed })).toEqual([])
  })
})

describe.skipIf(process.getuid?.() !== 0)('a worker of root’s', () => {
  const homeOf = (folder: string, app: string, last: number) =>
    openAppHome(folder, app as AppName, { first: UIDS.first, last })

  it('gives each app a user id, once and for good', async () => {
    const folder = path.join(await temporaryFolder(), 'homes')
    const both = await Promise.all(['shop', 'bank'].map((app) => homeOf(folder, app, UIDS.last)))
    const again = await homeOf(folder, 'shop', UIDS.last)

    expect(new Set(both.map(({ id }) => id))).toEqual(new Set([UIDS.first, UIDS.first + 1]))
    expect(again).toEqual(both[0])
  })

  it('says so when the ids do not do', async () => {
    const folder = await temporaryFolder()
    await homeOf(folder, 'shop', UIDS.first)

    await expect(homeOf(folder, 'bank', UIDS.first)).rejects.toThrow(
      /All 1 user ids of SLIPWAY_SANDBOX_UIDS.*widen the range/,
    )
  })
})

describe('a path of the machine', () => {
  it('is opened as it is written, below the home folder too', async () => {
    expect(await openPath('/usr', ['/nonexistent'])).toBe('/usr')
    expect(await openPath('~', ['/nonexistent'])).toBe(homedir())
  })

  it('that is not there is refused by name', async () => {
    await expect(openPath('/opt/nowhere', [])).rejects.toThrow(/\/opt\/nowhere.*does not have/)
  })

  it('never opens Slipway’s own files: not they, nor what holds them, nor a link to them', async () => {
    const folder = await temporaryFolder()
    const data = path.join(folder, 'data')
    await mkdir(path.join(data, 'jobs'), { recursive: true })
    await symlink(data, path.join(folder, 'link'))
    await mkdir(path.join(folder, 'data-of-others'))

    for (const given of [data, path.join(data, 'jobs'), folder, path.join(folder, 'link')]) {
      await expect(openPath(given, [data])).rejects.toThrow(/may not open .*Slipway keeps its own files/)
    }
    expect(await openPath(path.join(folder, 'data-of-others'), [data])).toContain('data-of-others')
  })
})

describe('what works here', () => {
  it('is off when asked for', async () => {
    const found = await findSandbox({ mode: 'off', uids: UIDS, path: SYSTEM_PATH, dataFolder: '/nowhere' })

    expect(found).toMatchObject({
      kind: 'off',
      status: { says: expect.stringMatching(/run as Slipway itself.*SLIPWAY_SANDBOX is off/) },
    })
  })

  it('without bubblewrap is off, unless bubblewrap was asked for', async () => {
    const empty = await temporaryFolder()
    const asked = { uids: UIDS, path: empty, dataFolder: empty }
    const found = await findSandbox({ mode: 'auto', ...asked })

    expect(found).toMatchObject({ status: { kind: 'off', says: expect.stringMatching(/bubblewrap is/) } })
    expect(await findSandbox({ mode: 'bwrap', ...asked })).toMatch(
      /^SLIPWAY_SANDBOX=bwrap does not work here: bubblewrap is not installed/,
    )
  })

  it('names what a network that leads outside lacks', async () => {
    const folder = await temporaryFolder()
    for (const program of ['bwrap', 'unshare', 'nsenter', 'setpriv']) {
      await symlink('/bin/true', path.join(folder, program))
    }
    const tools = await findTools(folder, true)

    expect(tools).toMatchObject({ bwrap: path.join(folder, 'bwrap'), ip: null, slirp4netns: null })
    expect(missingForOutside(tools as SandboxTools)).toBe('slirp4netns and ip (iproute2) not installed')
    expect(missingForOutside(confinement.tools)).toBeNull()
    expect(await findTools(await temporaryFolder(), false)).toBe('bubblewrap is not installed')
  })

  it('without such a network a stage that asks for it has none, and is told', async () => {
    const folder = await temporaryFolder()
    const status = { kind: 'bwrap', network: 'no-outside', says: '' } as const
    const plan: ConfinementPlan = {
      sandbox: { kind: 'bwrap', status, tools: confinement.tools, uids: null, noLayers: null },
      homes: path.join(folder, 'homes'),
      pathsOf: () => ({ read: [], write: [] }),
      ...{ closedFolders: [], closedServices: ['db:5432'] },
    }
    const of = (run: Partial<ShellRun>) =>
      confinementOf(plan, { app: 'shop' as AppName, artifact: null }, { kind: 'shell', run: 'x', ...run })

    expect(await of({ ports: [80] })).toMatchObject({
      ...{ network: 'none', ports: [80], closed: ['db:5432'] },
      notice: expect.stringMatching(/this stage has no network/),
    })
    expect(await of({ network: 'host', ports: [80] })).toMatchObject({
      network: 'host',
      ports: [],
      notice: null,
    })
  })

  it('is said in one line, the weakest worker first', () => {
    const worker = (host: string, changes: Partial<WorkerStatus> = {}) => ({
      host,
      ...{ kind: 'bwrap' as const, network: 'kept' as const, says: 'In bubblewrap' },
      ...changes,
    })

    expect(saySandbox([])).toBeNull()
    expect(saySandbox([worker('a')])).toBe('In bubblewrap.')
    expect(saySandbox([worker('a'), worker('b', { kind: 'off', says: 'As Slipway' }), worker('c')])).toBe(
      'As Slipway (on host b). In bubblewrap (on hosts a, c).',
    )
  })
})
