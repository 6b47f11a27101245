/** What Slipway is made of, as far as its files say it. */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { z } from 'zod'

const root = resolve(import.meta.dirname, '../..')
const text = (file: string): string => readFileSync(join(root, file), 'utf8')

const lock = z.object({
  packages: z.record(z.string(), z.object({ license: z.string().optional(), dev: z.boolean().optional() })),
})

/** What may be handed on together with Slipway without anybody having to be asked. */
const ALLOWED = /^(?:MIT|ISC|0BSD|Apache-2\.0|BSD-[23]-Clause|BlueOak-1\.0\.0|MPL-2\.0|CC-BY-4\.0|Unlicense)$/
/** Says it elsewhere than in its package: looked at by hand. */
const LOOKED_AT = /^(?:dejavu-fonts-ttf|unionfs|@swc\/core-.*)$/

test('every package that goes along may be handed on', () => {
  const packages = Object.entries(lock.parse(JSON.parse(text('package-lock.json'))).packages)
  const shipped = packages.filter(([path, { dev }]) => path !== '' && dev !== true)
  const odd = shipped
    .map(([path, { license }]) => [path.replace(/.*node_modules\//, ''), license ?? ''] as const)
    .filter(([name, license]) => {
      const isAllowed = license.split(' AND ').every((one) => ALLOWED.test(one))
      return !isAllowed && !LOOKED_AT.test(name)
    })

  expect(shipped.length).toBeGreaterThan(200)
  expect(odd).toEqual([])
})

test('both stages of the image are of one Node, by its exact version, and its list of packages goes along', () => {
  const dockerfile = text('Dockerfile')
  const [, version = ''] = /^ARG NODE=node:(\S+)$/m.exec(dockerfile) ?? []
  const images = [...dockerfile.matchAll(/^FROM (\S+)/gm)].map(([, image]) => image)

  expect(version).toMatch(/^24\.\d+\.\d+-slim$/)
  expect(images).toEqual(['${NODE}', '${NODE}'])
  expect(dockerfile).toMatch(/npm prune .*npm sbom .*> sbom\.json/s)
  expect(dockerfile).toMatch(/^COPY --from=build .*\/app\/sbom\.json/m)
})
