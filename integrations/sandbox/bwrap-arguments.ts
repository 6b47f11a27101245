import type { StageCheckout } from '../../domain/checkout.js'
import { type BwrapConfinement, hasOwnNetwork } from './confinement.js'

/** The command's own files. Absolute paths, the same inside as outside. */
export interface CommandPlaces {
  /** The checkout, in which it runs. */
  readonly workspace: string
  /** The shared checkout under its layer; null: the workspace is a checkout of its own. */
  readonly checkout: StageCheckout | null
  /** The folder of `$SLIPWAY_OUTPUT`. */
  readonly output: string
}

/** The parts of this machine that every command sees, as {@link readSystem} found them. */
export interface System {
  /** Folders of `/`, some of which are links to others. */
  readonly folders: readonly { readonly path: string; readonly linkTo: string | null }[]
  /** The resolver's file: what to mount, and where. Null: the one in `/etc`. */
  readonly resolver: { readonly file: string; readonly at: string } | null
  readonly user: { readonly uid: number; readonly gid: number }
}

/** The command line that runs the command in bubblewrap. Only the command itself goes through a shell. */
export function bwrapArguments(
  command: string,
  places: CommandPlaces,
  { confinement, system }: { readonly confinement: BwrapConfinement; readonly system: System },
): readonly string[] {
  const { tools, uid, home, artifact, read, write } = confinement
  const isShared = places.checkout?.kind === 'shared'
  const own = [
    ...(isShared ? [] : [places.workspace]),
    ...[places.output, home, ...(artifact === null ? [] : [artifact])],
  ]
  const seen = isShared ? [...read, places.workspace] : read
  return [
    ...layered(places, confinement),
    tools.bwrap,
    ...(uid === null ? ownUser(system) : keptForSetpriv),
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(confinement.network === 'none' && !hasOwnNetwork(confinement) ? ['--unshare-net'] : []),
    ...system.folders.flatMap(({ path, linkTo }) =>
      linkTo === null ? ['--ro-bind', path, path] : ['--symlink', linkTo, path],
    ),
    ...['--proc', '/proc', '--dev', '/dev'],
    ...['/tmp', '/var/tmp'].flatMap((path) => ['--perms', '1777', '--tmpfs', path]),
    ...foldersAbove([...seen, ...write, ...own]).flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...(system.resolver === null ? [] : ['--ro-bind', system.resolver.file, system.resolver.at]),
    ...seen.flatMap((path) => ['--ro-bind', path, path]),
    ...write.flatMap((path) => ['--bind', path, path]),
    ...own.flatMap((path) => ['--bind', path, path]),
    ...['--chdir', places.workspace, '--'],
    ...(uid === null ? [] : asUser(tools.setpriv ?? 'setpriv', uid)),
    ...['/bin/sh', '-c', command],
  ]
}

/** Mounts a writable layer over the shared checkout, visible to nobody else, and continues. */
const LAY = '"$1" -t overlay -o "$2" overlay "$3" || exit 126; shift 3; exec "$@"'

/** The command prefix that mounts the layer for a workspace over a shared checkout. */
function layered({ workspace, checkout }: CommandPlaces, confinement: BwrapConfinement): readonly string[] {
  if (checkout?.kind !== 'overlay') return []
  const { lower, upper, work } = checkout
  const { tools } = confinement
  return [
    // In a network of its own it already is root of its user namespace.
    ...[tools.unshare, ...(hasOwnNetwork(confinement) ? [] : ['--map-root-user']), '--mount'],
    ...['/bin/sh', '-c', LAY, 'sh', tools.mount ?? 'mount'],
    ...[`userxattr,lowerdir=${lower},upperdir=${upper},workdir=${work}`, workspace],
  ]
}

/** Folders that bubblewrap creates itself can be traversed only by its own user. */
function foldersAbove(paths: readonly string[]): readonly string[] {
  const above = paths.flatMap((path) =>
    path
      .split('/')
      .slice(1, -1)
      .map((_, depth, names) => `/${names.slice(0, depth + 1).join('/')}`),
  )
  return [...new Set(above)].filter(
    (path) => !/^\/(?:tmp|usr|etc|proc|dev)(?:\/|$)/.test(path) || path.startsWith('/tmp/'),
  )
}

/** In a user namespace the ids stay the same, and no capability is left. */
function ownUser({ user }: System): readonly string[] {
  return ['--unshare-user', '--uid', String(user.uid), '--gid', String(user.gid), '--cap-drop', 'ALL']
}

/** Of root's capabilities only those remain with which `setpriv` drops the rest. */
const keptForSetpriv = [
  ...['--cap-drop', 'ALL'],
  ...['CAP_SETUID', 'CAP_SETGID', 'CAP_SETPCAP'].flatMap((capability) => ['--cap-add', capability]),
]

function asUser(setpriv: string, uid: number): readonly string[] {
  const id = String(uid)
  return [
    ...[setpriv, '--reuid', id, '--regid', id, '--clear-groups'],
    ...['--inh-caps=-all', '--bounding-set=-all', '--no-new-privs', '--'],
  ]
}
