/** A Temporal server that skips time, made once from Maven's jars into the cache; null without Java and Maven. */
import { execFileSync, spawn } from 'node:child_process'
import { chmodSync, copyFileSync, existsSync, mkdirSync, renameSync, rmSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { LOOPBACK, pickPort } from '../../local/ports.js'
import { cacheFolder } from './cache-folder.js'
import { until } from './until.js'

const SOURCES = fileURLToPath(new URL('./time-skipping', import.meta.url))
const PLUGIN = 'org.apache.maven.plugins:maven-dependency-plugin:3.6.1:build-classpath'

/** The executable for {@link startTimeSkipping}. */
export function timeSkippingServer(): string | null {
  const folder = join(cacheFolder(), 'time-skipping-1.32.0')
  const executable = join(folder, 'tts.sh')
  if (!runs('java', ['-version'])) return null
  if (existsSync(executable)) return executable
  if (!runs('mvn', ['-version']) || !runs('javac', ['-version'])) return null
  make(folder)
  return executable
}

/** By the SDK's own start a server has five seconds; Java takes longer to begin on a busy machine. */
export async function startTimeSkipping(
  executable: string,
): Promise<{ readonly address: string; stop(): Promise<void> }> {
  const { port } = await pickPort(0)
  const server = spawn(executable, [String(port)], { stdio: 'ignore' })
  const ended = new Promise<void>((resolve) => server.once('close', () => resolve()))
  await until('the server that skips time', () => {
    if (server.exitCode !== null) throw new Error(`it ended with exit code ${server.exitCode}`)
    return listens(port)
  })
  return {
    address: `${LOOPBACK}:${port}`,
    async stop() {
      server.kill('SIGKILL')
      await ended
    },
  }
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, LOOPBACK, () => {
      socket.destroy()
      resolve(true)
    }).once('error', () => resolve(false))
  })
}

/** Made aside and moved: an interrupted run leaves no half of one. */
function make(folder: string): void {
  const draft = `${folder}.${process.pid}.new`
  mkdirSync(join(draft, 'classes'), { recursive: true })
  try {
    for (const file of ['pom.xml', 'LoopbackTestServer.java', 'tts.sh']) {
      copyFileSync(join(SOURCES, file), join(draft, file))
    }
    chmodSync(join(draft, 'tts.sh'), 0o755)
    execFileSync('mvn', ['-q', '-B', PLUGIN, '-Dmdep.outputFile=cp.txt'], { cwd: draft, stdio: 'pipe' })
    const command = 'javac -cp "$(cat cp.txt)" -d classes LoopbackTestServer.java'
    execFileSync('sh', ['-c', command], { cwd: draft, stdio: 'pipe' })
    renameSync(draft, folder)
  } finally {
    rmSync(draft, { recursive: true, force: true })
  }
}

function runs(command: string, given: readonly string[]): boolean {
  try {
    execFileSync(command, given, { stdio: 'ignore' })
    return true
  } catch {
    return false
  }
}
