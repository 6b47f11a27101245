/** What a failed build reports: the tests that failed, and the lines of its log around the failure. Pure. */

/** A failed test, for display: both texts come from outside and are clipped. */
export interface FailedTest {
  readonly name: string
  /** The failure message; empty when there is none. */
  readonly message: string
}

export interface BuildFailure {
  /** At most {@link MOST_TESTS}, in their original order. */
  readonly tests: readonly FailedTest[]
  /** The lines around the failure, at most 2,000 characters. */
  readonly excerpt: string
}

export const MOST_TESTS = 20
const LINES_BEFORE = 2
const LINES_AFTER = 9
const LINE = 300
const EXCERPT = 2_000
const NAME = 200

const notOk = /^(\s*)not ok\b\s*\d*\s*(?:-\s*)?(.*)$/
const planned = /#\s*(?:todo|skip)\b/i
/** Words that indicate a failure; a summary that counts zero of them is not a failure. */
const trouble = /\b(?:error|errors|failed|failure|fatal|exception|panic|abort(?:ed)?)\b|✖|✗|not ok/i
const noTrouble = /\b(?:0|no) (?:errors?|failed|failures?|fail)\b|\b(?:fail|failed|errors?)\b:? 0\b/i

/**
 * Reads a whole log. `junit` are the failed tests from the build's own report, which take precedence over the printed log; null
 * when there is no report.
 */
export function readFailure(log: string, junit: readonly FailedTest[] | null = null): BuildFailure {
  const lines = log.split(/\r?\n/)
  const tap = tapFailures(lines)
  const tests = junit !== null && junit.length > 0 ? junit : tap.map(({ test }) => test)
  return {
    tests: tests.slice(0, MOST_TESTS).map(({ name, message }) => failedTest(name, message)),
    excerpt: excerptOf(lines, tap[0]?.line ?? null),
  }
}

/** A test as stored: each text on one line, within its maximum length. */
export function failedTest(name: string, message: string): FailedTest {
  const oneLine = (text: string): string => text.replace(/\s+/g, ' ').trim()
  return {
    name: oneLine(name).slice(0, NAME) || 'a test without a name',
    message: oneLine(message).slice(0, LINE),
  }
}

interface Found {
  readonly line: number
  readonly test: FailedTest
}

/** `not ok` lines of TAP with the message from their YAML; a test that failed only because a subtest did is left out. */
function tapFailures(lines: readonly string[]): readonly Found[] {
  return lines.flatMap((text, line) => {
    const [, , description = ''] = notOk.exec(text) ?? []
    if (!notOk.test(text) || planned.test(text)) return []
    const block = yamlAfter(lines, line)
    if (block.some((one) => /failureType:\s*'?subtestsFailed/.test(one))) return []
    return [{ line, test: failedTest(description, messageIn(block)) }]
  })
}

/** The lines between the `---` and `...` that follow; empty when there are none. */
function yamlAfter(lines: readonly string[], line: number): readonly string[] {
  if (lines[line + 1]?.trim() !== '---') return []
  const end = lines.findIndex((text, index) => index > line + 1 && text.trim() === '...')
  return lines.slice(line + 2, end < 0 ? line + 2 + LINES_AFTER * 4 : end)
}

/** `error: 'text'`, or the block under `error: |-`. */
function messageIn(block: readonly string[]): string {
  const at = block.findIndex((text) => /^\s*(?:error|message):/.test(text))
  const first = block[at]
  if (first === undefined) return ''
  const [, indent = '', value = ''] = /^(\s*)(?:error|message):\s*(.*)$/.exec(first) ?? []
  if (!/^[|>][-+]?$/.test(value)) return value.replace(/^(['"])(.*)\1$/, '$2')
  const rest = block.slice(at + 1)
  const end = rest.findIndex((text) => text.trim() !== '' && indentOf(text) <= indent.length)
  return rest.slice(0, end < 0 ? rest.length : end).join('\n')
}

const indentOf = (text: string): number => text.length - text.trimStart().length

/** The lines around the first failed test, else around the first line that mentions trouble, else the end. */
function excerptOf(lines: readonly string[], failed: number | null): string {
  const found = failed ?? lines.findIndex((text) => trouble.test(text) && !noTrouble.test(text))
  const written = lines.filter((text) => text.trim() !== '')
  const shown =
    found < 0
      ? written.slice(-(LINES_BEFORE + LINES_AFTER))
      : lines.slice(Math.max(0, found - LINES_BEFORE), found + LINES_AFTER + 1)
  return shown
    .filter((text) => text.trim() !== '')
    .map((text) => text.slice(0, LINE))
    .join('\n')
    .slice(0, EXCERPT)
}
