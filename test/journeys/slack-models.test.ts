/** Everything that Slipway shows, by the models of Slack's own SDK for Python: it refuses what Slack would, by kind, name and length. */
import { execFile } from 'node:child_process'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import type { PypiProgram } from '../../local/pypi.js'
import type { Scene } from '../../tools/gallery/page.js'
import { cacheFolder } from '../support/cache-folder.js'
import { rooms } from '../support/gallery-rooms.js'
import { fetchFromPypi } from '../support/pypi-programs.js'

const SDK: PypiProgram = {
  package: 'slack_sdk',
  version: '3.48.0',
  path: 'slack_sdk',
  sha256: ['1213726e5b8015eeded608fcb3665c4e9b48af7f7f383ecc1b90af886d6aaa03'],
}
const folder = join(cacheFolder(), `slack-sdk-${SDK.version}`)
const script = join(import.meta.dirname, '../support/slack_models.py')

beforeAll(async () => {
  const path = join(folder, SDK.path)
  if (!(await fetchFromPypi(SDK, path, 'The models of Slack', () => undefined)))
    throw new Error(`No models of Slack: ${join(dirname(folder), 'pypi.log')} says why`)
})

/** What the models refuse or do not know, as sentences. */
async function problemsOf(scenes: readonly Scene[]): Promise<readonly string[]> {
  const env = { ...process.env, PYTHONPATH: folder, PYTHONDONTWRITEBYTECODE: '1' }
  const running = promisify(execFile)('python3', [script], { env, maxBuffer: 10_000_000 })
  running.child.stdin?.end(JSON.stringify(scenes))
  return JSON.parse((await running).stdout)
}

const message = (name: string, ...blocks: readonly object[]): Scene =>
  ({ kind: 'message', name, text: '', blocks }) as Scene
const text = { type: 'plain_text', text: 'x' }

describe('[O.8] the models of Slack', () => {
  test('refuse nothing of the gallery: no message, no form and no Home', async () => {
    const scenes = rooms.flatMap((room) => room.scenes)

    expect(new Set(scenes.map(({ kind }) => kind))).toEqual(new Set(['message', 'form', 'home']))
    expect(await problemsOf(scenes)).toEqual([])
  })

  test('find what is too long, of an unknown kind, or has a property that Slack does not know', async () => {
    const found = await problemsOf([
      message('long', { type: 'header', text: { ...text, text: 'x'.repeat(151) } }),
      message('unknown', { type: 'poster', text }),
      message('extra', { type: 'section', text, emphasis: true }),
      message('inside', {
        type: 'actions',
        elements: [{ type: 'button', action_id: 'a', text: { ...text, text: 'x'.repeat(76) } }],
      }),
    ])

    expect(found).toEqual([
      expect.stringMatching(/^long: .*150/),
      'unknown: [0] is of an unknown kind, poster',
      'extra: [0].emphasis',
      expect.stringMatching(/^inside: .*75/),
    ])
  })
})
