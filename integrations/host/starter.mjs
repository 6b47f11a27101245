/*
 * A small process that starts programs for a large one, because a process that starts another is copied first: the larger it
 * is, the longer that takes, and nothing else runs meanwhile. Plain JavaScript, so that it needs no compiler when it is started from the
 * sources. It ends with the process it belongs to.
 */
// @ts-check
import { spawn } from 'node:child_process'

/** @param {{ id: number, program: string, args: string[], env: Record<string, string>, cwd: string | undefined }} order */
function start({ id, program, args, env, cwd }) {
  /** @param {Record<string, unknown>} said */
  const say = (said) => void process.send?.({ id, ...said }, () => undefined)
  try {
    // In a process group of its own, so that it can be ended with its own child processes.
    const child = spawn(program, args, { env, cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe'] })
    child.on('error', (error) => say({ fault: error.message }))
    child.on('close', (code) => say({ code }))
    if (child.pid !== undefined) say({ group: child.pid })
    // Missing where the system had nothing left for it.
    child.stdout?.on('data', (stdout) => say({ stdout }))
    child.stderr?.on('data', (stderr) => say({ stderr }))
  } catch (error) {
    // What is wrong with one order, such as words that are too long, must not end the others' programs.
    say({ fault: error instanceof Error ? error.message : String(error) })
  }
}

process.on('message', start)
process.on('disconnect', () => process.exit())
// Its owner may need programs until its own end.
for (const signal of /** @type {const} */ (['SIGTERM', 'SIGINT', 'SIGHUP']))
  process.on(signal, () => undefined)
