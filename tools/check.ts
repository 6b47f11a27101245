/** `npm run check`: format, types, lint and dead code in parallel, then every test. Arguments are passed to the tests. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'

const root = join(import.meta.dirname, '..')

/** Script names in `package.json`. */
const checks = ['format:check', 'types', 'lint', 'dead-code']

const failed = (await Promise.all(checks.map(isBroken))).filter(Boolean).length
process.exitCode = failed > 0 ? 1 : await run(['test', '--', ...process.argv.slice(2)], 'inherit').ended

/** Shows the output of a check only if it failed. */
async function isBroken(name: string): Promise<boolean> {
  const since = Date.now()
  const { ended, said } = run([name], 'pipe')
  const code = await ended
  console.log(
    `── ${name}: ${code === 0 ? 'passed' : 'failed'} in ${((Date.now() - since) / 1000).toFixed(0)} s`,
  )
  if (code !== 0) console.error(said())
  return code !== 0
}

function run(
  script: readonly string[],
  output: 'inherit' | 'pipe',
): { readonly ended: Promise<number>; readonly said: () => string } {
  const child = spawn('npm', ['run', '--silent', ...script], {
    cwd: root,
    stdio: ['ignore', output, output],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (text) => (said += String(text)))
  const ended = new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 1))
  })
  return { ended, said: () => said }
}
