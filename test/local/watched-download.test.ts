import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { watchDownload } from '../../local/watched-download.js'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slipway-download-'))
  mkdirSync(join(root, 'folder'))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

function download(script: string, beginsWithinMs: number): Promise<void> {
  const folder = join(root, 'folder')
  const plan = {
    name: 'download',
    command: 'sh',
    arguments: ['-c', script],
    folder,
    logFile: join(root, 'log'),
  }
  return watchDownload({ plan, folder, what: 'It', say: () => undefined, beginsWithinMs })
}

// Without being stopped it would outlast the test.
test('a download that does not begin is stopped', () =>
  expect(download('exec sleep 1000', 500)).resolves.toBeUndefined())

test('one that has begun may take longer than that, in subfolders too', async () => {
  // Time enough to begin on a busy machine, and not enough to end.
  await download('mkdir sub; echo some > sub/file; sleep 5; touch done', 4_000)
  expect(() => rmSync(join(root, 'folder', 'done'))).not.toThrow()
})
