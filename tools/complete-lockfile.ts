import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { z } from 'zod'

const entrySchema = z.looseObject({})
const entriesSchema = z.record(z.string(), entrySchema)
const pins = z.record(z.string(), z.string()).default({})

type Entry = z.infer<typeof entrySchema>
/** A parsed `package-lock.json`. */
export type Lockfile = Readonly<Record<string, unknown>>

const entriesOf = (lockfile: Lockfile): Record<string, Entry> => entriesSchema.parse(lockfile['packages'])

interface Binary {
  readonly name: string
  readonly version: string
  readonly parent: Entry
}

/**
 * The other platforms' binaries that the lockfile lacks. npm leaves out what its registry does not have; then
 * `npm ci` refuses the lockfile that npm has just written (npm/cli#9846), and other platforms would get no binary at all.
 */
export function missingBinaries(lockfile: Lockfile): Binary[] {
  const packages = entriesOf(lockfile)
  return Object.entries(packages).flatMap(([path, parent]) =>
    Object.entries(path === '' ? {} : pins.parse(parent['optionalDependencies']))
      .filter(
        ([name]) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      )
      .map(([name, version]) => ({ name, version, parent })),
  )
}

/** The lockfile with an entry for each of them, in npm's order. Without a checksum: npm adds it where it can. */
export function completeLockfile(lockfile: Lockfile): Lockfile {
  const added = missingBinaries(lockfile).map(({ name, version, parent }): [string, Entry] => [
    `node_modules/${name}`,
    binaryEntry(name, version, parent['dev'] === true),
  ])
  const packages = Object.entries(entriesOf(lockfile)).concat(added)
  packages.sort(([one], [other]) => one.localeCompare(other, 'en'))
  return { ...lockfile, packages: Object.fromEntries(packages) }
}

const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = ['arm', 'arm64', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']

const libcs: Readonly<Record<string, string>> = { musl: 'musl', gnu: 'glibc' }

/** Such packages are named after their platform: `@oxlint/binding-linux-arm64-musl`. Keys in npm's order. */
function binaryEntry(name: string, version: string, dev: boolean): Entry {
  const words = name.split(/[-/]/)
  const cpu = words.filter((word) => processors.includes(word))
  const os = words.filter((word) => systems.includes(word))
  const libc = words.flatMap((word) => libcs[/^(?:musl|gnu)/.exec(word)?.[0] ?? ''] ?? [])
  return {
    version,
    ...(cpu.length > 0 ? { cpu } : {}),
    ...(dev ? { dev } : {}),
    ...(libc.length > 0 ? { libc } : {}),
    optional: true,
    ...(os.length > 0 ? { os } : {}),
  }
}

if (process.argv[1] === import.meta.filename) {
  const file = join(dirname(import.meta.dirname), 'package-lock.json')
  const lockfile = entrySchema.parse(JSON.parse(readFileSync(file, 'utf8')))
  writeFileSync(file, `${JSON.stringify(completeLockfile(lockfile), null, 2)}\n`)
}
