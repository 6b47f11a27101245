/** docs/dependencies.md says why each package is here, what it weighs, and which of them the container has. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const root = resolve(import.meta.dirname, '../..')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')

const names = z.record(z.string(), z.string()).default({})
const manifest = z
  .object({ dependencies: names, optionalDependencies: names, devDependencies: names })
  .parse(JSON.parse(text('package.json')))
const packages = z
  .object({
    packages: z.record(
      z.string(),
      z.object({
        dependencies: names,
        optionalDependencies: names,
        engines: z.object({ node: z.string().default('*') }).default({ node: '*' }),
      }),
    ),
  })
  .parse(JSON.parse(text('package-lock.json'))).packages

interface Row {
  readonly name: string
  readonly megabytes: number
  readonly reason: string
}

function rowsBelow(title: string): Row[] {
  const part =
    text('docs/dependencies.md')
      .split(/^## /m)
      .find((one) => one.startsWith(title)) ?? ''
  return [...part.matchAll(/^\| `([^`]+)` \| ([\d.]+) \| (.+) \|$/gm)].map(
    ([, name = '', size, reason = '']) => ({
      name,
      megabytes: Number(size),
      reason,
    }),
  )
}

const inContainer = rowsBelow('In the container')
const onlyHere = rowsBelow('For `npm start` only')
const development = rowsBelow('For development')
const namesOf = (rows: readonly Row[]): string[] => rows.map(({ name }) => name)

test('every dependency stands in the list that says what it is for, and no other', () => {
  const running = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })

  expect(namesOf([...inContainer, ...onlyHere]).toSorted()).toEqual(running.toSorted())
  expect(namesOf(development)).toEqual(Object.keys(manifest.devDependencies))
})

// Binaries of other platforms weigh something else.
test('each weighs what is said', () => {
  const installed = [...inContainer, ...onlyHere, ...development]
    .map(({ name, megabytes }) => ({ name, said: megabytes, is: weightOf(name) }))
    .filter(({ is }) => is > 0)

  expect(installed.length).toBeGreaterThan(40)
  expect(installed.filter(({ said, is }) => Math.abs(said - is) > Math.max(0.1, is / 5))).toEqual([])
})

test('the image leaves out what only npm start needs, and nothing that is imported there', () => {
  const [, removed = ''] = /npm pkg delete (.+?) *\\?\n/.exec(text('Dockerfile')) ?? []
  const dropped = [...removed.matchAll(/ (?:optionalD|d)ependencies\.(\S+)/g)].map(([, name = '']) => name)

  expect(removed).toMatch(/^devDependencies /)
  expect(dropped.toSorted()).toEqual(namesOf(onlyHere).toSorted())
  // The chart's parts come as one file, and what runs from sources is not asked for there.
  const imported = packagesImportedBy(sourcesOfTheImage()).filter(
    (name) => !['echarts', 'tsx'].includes(name),
  )
  expect(imported).toEqual(namesOf(inContainer).toSorted())
})

test('npm start needs nothing that npm ci --omit=dev leaves out', () => {
  const sources = [...sourcesOfTheImage(), ...sourcesIn('local'), 'tools/bundle-workflows.ts']

  const running = { ...manifest.dependencies, ...manifest.optionalDependencies }
  const imported = packagesImportedBy(sources.filter((file) => !file.startsWith('local/demo-app/')))
  expect(imported).toContain('@electric-sql/pglite')
  expect(imported.filter((name) => !(name in running))).toEqual([])
})

test('every package runs on the oldest Node that Slipway runs on', () => {
  const asking = Object.entries(packages).map(([path, { engines }]) => [path, engines.node] as const)

  expect(runsOnOldest('>=22') || runsOnOldest('^18 || >=20.20') || runsOnOldest('^22.13.0')).toBe(false)
  expect(packages['']?.engines.node).toBe('>=20.19')
  expect(asking.filter(([, range]) => !runsOnOldest(range))).toEqual([])
})

test('the image is not built when its packages weigh more than 300 MB', () => {
  expect(text('Dockerfile')).toContain('[ "$(du -sm node_modules | cut -f1)" -le 300 ]')
})

/** Whether a range of `engines` allows Node 20.19: `^18.0.0 || >=20.1`. */
function runsOnOldest(range: string): boolean {
  return range.split('||').some((part) => {
    const [, from = '', major = '0', minor = '0'] = /(>=|\^)?\s*v?(\d+)(?:\.(\d+))?/.exec(part) ?? []
    const isNewEnough = Number(major) < 20 || (Number(major) === 20 && Number(minor) <= 19)
    return part.trim() === '*' || (isNewEnough && (from === '>=' || Number(major) === 20))
  })
}

/** Megabytes of a package with everything it needs; 0 where this machine has none. */
function weightOf(name: string): number {
  const found = new Set<string>()
  const pending = [`node_modules/${name}`]
  for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
    const entry = packages[path]
    if (!entry || found.has(path)) continue
    found.add(path)
    for (const needed of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies })) {
      pending.push(whereItIs(needed, path))
    }
  }
  if (!statSync(join(root, 'node_modules', name), { throwIfNoEntry: false })) return 0
  return [...found].reduce((sum, path) => sum + bytesOf(path), 0) / 1e6
}

const weighed = new Map<string, number>()

/** Of one package alone; many need the same ones. */
function bytesOf(path: string): number {
  const bytes = weighed.get(path) ?? bytesIn(join(root, path))
  weighed.set(path, bytes)
  return bytes
}

/** As Node looks for it: beside what needs it, or further up. */
function whereItIs(name: string, from: string): string {
  const folders = from
    .split('/node_modules/')
    .map((_, depth, all) => all.slice(0, depth + 1).join('/node_modules/'))
  const paths = folders.toReversed().map((folder) => `${folder}/node_modules/${name}`)
  return paths.find((path) => path in packages) ?? `node_modules/${name}`
}

function bytesIn(folder: string): number {
  if (!statSync(folder, { throwIfNoEntry: false })) return 0
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.name !== 'node_modules')
    .map((entry) => {
      const path = join(folder, entry.name)
      return entry.isDirectory() ? bytesIn(path) : (statSync(path, { throwIfNoEntry: false })?.size ?? 0)
    })
    .reduce((sum, one) => sum + one, 0)
}

/** What `npm run build` compiles. */
function sourcesOfTheImage(): string[] {
  const { include } = z
    .object({ include: z.array(z.string()) })
    .parse(JSON.parse(text('tsconfig.build.json')))
  return include.flatMap((pattern) => {
    const folder = pattern.replace(/\/\*\*\/\*\.ts$/, '')
    return folder === pattern ? [pattern] : sourcesIn(folder)
  })
}

function sourcesIn(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => join(folder, name))
}

const IMPORT = /(?:from |import\(|^import |\.resolve\()'((?:@[\w-]+\/)?[a-z][\w-]*)[\w./-]*'/gm

function packagesImportedBy(files: readonly string[]): string[] {
  const found = files.flatMap((file) => [...text(file).matchAll(IMPORT)].map(([, name = '']) => name))
  return [...new Set(found)].toSorted()
}
