import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import { type AppDefinition, repositoryOf } from '../../domain/pipeline.js'
import { checkoutOf, type StageRun } from '../../domain/stage.js'
import { report, shop } from './mistake-rows.js'
import { sampleWith } from './sample.js'

const line = '    channel: C01SHOP\n'
const build = '{ run: npm run build, artifacts: [dist], timeout: 15m }'

function appWith(piece: string, replacement: string): AppDefinition {
  const reading = parseConfiguration(sampleWith(piece, replacement), 'slipway.yaml')
  if (reading.kind === 'problems') throw new Error(JSON.stringify(reading.problems))
  const [app] = reading.configuration.apps
  if (app === undefined) throw new Error('No app')
  return app
}

const runOf = (stage: string): StageRun => appWith(build, stage).build.stage.run
const appOf = (keys: string): AppDefinition => appWith(line, `${line}${keys}`)

describe('the checkout of a stage', () => {
  test('is its own unless the file says otherwise; the default written out means the same', () => {
    expect(runOf('{ run: x, checkout: private }')).toEqual(runOf('{ run: x }'))
    expect(checkoutOf(runOf('{ run: x }'))).toBe('private')
    expect(checkoutOf(runOf('{ run: x, checkout: shared }'))).toBe('shared')
    expect(checkoutOf(runOf('{ run: x, checkout: none }'))).toBe('none')
  })

  test('is none where the stage runs elsewhere', () => {
    expect(checkoutOf(runOf('{ url: "https://deploy.example.com" }'))).toBe('none')
  })

  test.each([
    [
      build,
      '{ run: x, checkout: own }',
      'own',
      `${shop}.build.checkout`,
      /private or shared or none/,
      /private/,
    ],
    [
      build,
      '{ workflow: a.yml, checkout: none }',
      'checkout',
      `${shop}.build.checkout`,
      /unknown key/,
      /goes with run/,
    ],
    [line, `${line}    lfs: sometimes\n`, 'sometimes', `${shop}.lfs`, /true or false/, /true/],
  ] as const)('%# is reported where it is no checkout', (...row) => {
    const [, , points, , , fix] = row
    expect(report([...row])).toEqual({ points, fix: expect.stringMatching(fix) })
  })
})

describe('what Git LFS keeps, and submodules', () => {
  test('are left out unless the file says otherwise', () => {
    expect(repositoryOf(appOf(''))).not.toHaveProperty('lfs')
    expect(repositoryOf(appOf('    lfs: false\n    submodules: false\n'))).toEqual(repositoryOf(appOf('')))
    expect(repositoryOf(appOf('    lfs: true\n    submodules: true\n'))).toMatchObject({
      ...{ lfs: true, submodules: true },
    })
  })

  test('make another build of the same commit', () => {
    const hashes = ['', '    lfs: true\n', '    submodules: true\n'].map((keys) => appOf(keys).build.hash)

    expect(new Set(hashes).size).toBe(3)
    expect(appOf('    lfs: false\n').build.hash).toBe(hashes[0])
  })
})
