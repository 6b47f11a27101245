import { describe, expect, test } from 'vitest'
import { parseConfiguration } from '../../config/parse-configuration.js'
import type { StageRun } from '../../domain/stage.js'
import { report, shop } from './mistake-rows.js'
import { sampleWith } from './sample.js'

const line = '    channel: C01SHOP\n'

function appWith(piece: string, replacement: string) {
  const reading = parseConfiguration(sampleWith(piece, replacement), 'slipway.yaml')
  if (reading.kind === 'problems') throw new Error(JSON.stringify(reading.problems))
  const [app] = reading.configuration.apps
  if (app === undefined) throw new Error('No app')
  return app
}

const runOf = (keys: string): StageRun =>
  appWith('{ run: npm run build, artifacts: [dist], timeout: 15m }', `{ run: x${keys} }`).build.stage.run

describe('what a command reaches', () => {
  test('is outside unless the file says otherwise; the default written out means the same', () => {
    expect(runOf('')).toEqual({ kind: 'shell', run: 'x' })
    expect(runOf(', network: outside, ports: []')).toEqual(runOf(''))
    expect(runOf(', network: none, ports: [8080, 80, 8080]')).toEqual({
      ...{ kind: 'shell', run: 'x', network: 'none' },
      ports: [80, 8080],
    })
  })

  test('of the machine is what the app’s sandbox names', () => {
    const app = appWith(line, `${line}    sandbox: { read: [/opt/tools, ~/.cargo] }\n`)

    expect(app.sandbox).toEqual({ read: ['/opt/tools', '~/.cargo'], write: [] })
    expect(appWith(line, line).sandbox).toBeUndefined()
  })
})

const build = '{ run: npm run build, artifacts: [dist], timeout: 15m }'

describe('a mistake is reported at its place', () => {
  test.each([
    [
      build,
      '{ run: x, network: inside }',
      'inside',
      `${shop}.build.network`,
      /outside or host or none/,
      /outside/,
    ],
    [build, '{ run: x, ports: [0] }', '0', `${shop}.build.ports[0]`, /whole number/, /1 to 65535/],
    [
      build,
      '{ workflow: a.yml, network: none }',
      'network',
      `${shop}.build.network`,
      /unknown key/,
      /goes with run/,
    ],
    [
      build,
      '{ url: "https://a", ports: [1] }',
      'ports',
      `${shop}.build.ports`,
      /unknown key/,
      /goes with run/,
    ],
    ...['../tools', 'tools', '/opt/../etc', '/opt/'].map(
      (path) =>
        [
          line,
          `${line}    sandbox: { read: ["${path}"] }\n`,
          `"${path}"`,
          `${shop}.sandbox.read[0]`,
          /not a whole path of the machine/,
          /absolute path/,
        ] as const,
    ),
    ...['/', '~', '/proc/1/root', '/dev'].map(
      (path) =>
        [
          line,
          `${line}    sandbox: { write: ["${path}"] }\n`,
          `"${path}"`,
          `${shop}.sandbox.write[0]`,
          /open the machine itself/,
          /name the folders/,
        ] as const,
    ),
  ] as const)('%# in %s', (...row) => {
    const [, , points, , , fix] = row
    expect(report([...row])).toEqual({
      points,
      fix: expect.stringMatching(fix),
    })
  })
})
