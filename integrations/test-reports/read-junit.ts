/** Failed tests of a JUnit report that a build wrote into its checkout. The content is not trusted. */
import { constants, open, realpath } from 'node:fs/promises'
import { join, sep } from 'node:path'
import { SaxesParser } from 'saxes'
import { type FailedTest, failedTest, MOST_TESTS } from '../../domain/build-failure.js'

const MOST_BYTES = 10_000_000

/** Null if there is no such file inside the folder, if it is too long, or if it is not XML. */
export async function readJunit(folder: string, path: string): Promise<readonly FailedTest[] | null> {
  const text = await textInside(folder, path)
  return text === null ? null : failedInJunit(text)
}

/** A regular file of the folder; not a link or a name that leads out of it. */
async function textInside(folder: string, path: string): Promise<string | null> {
  try {
    const root = await realpath(folder)
    const file = await realpath(join(root, path))
    if (!file.startsWith(root + sep)) return null
    // Neither follows a link created meanwhile nor blocks on a pipe without a writer.
    const opened = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK)
    try {
      const found = await opened.stat()
      return found.isFile() && found.size <= MOST_BYTES ? await opened.readFile('utf8') : null
    } finally {
      await opened.close()
    }
  } catch {
    return null
  }
}

/** The test cases with a failure or an error, at most {@link MOST_TESTS}; null if the text is not XML. */
export function failedInJunit(xml: string): readonly FailedTest[] | null {
  const failed: FailedTest[] = []
  let testCase = ''
  let message: string | null = null
  let text = ''
  let broken = false
  const parser = new SaxesParser()
  parser.on('error', () => {
    broken = true
  })
  parser.on('opentag', ({ name, attributes }) => {
    if (name === 'testcase')
      testCase = [attributes['classname'], attributes['name']].filter(Boolean).join(' › ')
    if (name !== 'failure' && name !== 'error') return
    message = attributes['message'] ?? ''
    text = ''
  })
  parser.on('text', (more) => {
    if (message !== null) text += more
  })
  parser.on('cdata', (more) => {
    if (message !== null) text += more
  })
  parser.on('closetag', ({ name }) => {
    if ((name !== 'failure' && name !== 'error') || message === null) return
    const first = text.split('\n').find((line) => line.trim() !== '') ?? ''
    if (failed.length < MOST_TESTS) failed.push(failedTest(testCase, message === '' ? first : message))
    message = null
  })
  parser.write(xml).close()
  return broken ? null : failed
}
