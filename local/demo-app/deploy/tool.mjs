/** The steps of the stages, against the demo host: `tool <step>…`, in this order. Reads the SLIPWAY_ variables. */
import { createHash } from 'node:crypto'
import { appendFileSync, readdirSync, readFileSync } from 'node:fs'
import { request } from 'node:http'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

const TRY_AGAIN = 75
const INCONCLUSIVE = 77

const { env } = process
const environment = env.SLIPWAY_ENVIRONMENT
const key = env.SLIPWAY_IDEMPOTENCY_KEY
const stage = env.SLIPWAY_STAGE
const commit = env.SLIPWAY_COMMIT

const steps = { begin, create, migrate, install, report, smoke, remove }
for (const step of process.argv.slice(2)) {
  try {
    await steps[step]()
  } catch (error) {
    console.error(`${step}: ${error.message}`)
    process.exit(Number.isInteger(error.code) ? error.code : 1)
  }
}

/** Notes that the stage runs, and does what this commit's behaviour.json asks for. */
async function begin() {
  console.log(`${stage} of ${commit.slice(0, 7)} in ${environment}`)
  await host('POST', '/effects', { key, environment, action: `${stage}:started`, commit })
  const asked = JSON.parse(read(join(import.meta.dirname, 'behaviour.json')) ?? '{}')
  const behaviour = { ...asked, ...asked[environment] }
  await watch(behaviour[`${stage}Seconds`] ?? 0)
  const [, outcome, once] = /^(\w+)(-once)?$/.exec(behaviour[stage] ?? 'pass') ?? []
  if (once && (await startsHere()) > 1) return
  const codes = { fail: 1, error: TRY_AGAIN, inconclusive: INCONCLUSIVE }
  if (outcome in codes) throw failure(`this commit ends ${stage} with ${outcome}, as its behaviour.json asks`, codes[outcome])
}

async function startsHere() {
  const effects = await host('GET', '/effects')
  const same = (effect) => effect.environment === environment && effect.commit === commit
  return effects.filter((effect) => same(effect) && effect.action === `${stage}:started`).length
}

/** A long stage: reads the artifact and the environment over and over, and says so once a second. */
async function watch(seconds) {
  for (let second = 1; second <= seconds; second += 1) {
    const until = Date.now() + 1000
    let reads = 0
    while (Date.now() < until) {
      await host('GET', '/environments')
      reads += 1
      await pause(50)
    }
    console.log(`second ${second} of ${seconds}: the host answered ${reads} times, artifact ${digest()}`)
  }
}

function digest() {
  const hash = createHash('sha256')
  const entries = env.SLIPWAY_ARTIFACT_DIR ? readdirSync(artifact(''), { withFileTypes: true }) : []
  for (const entry of entries.filter((found) => found.isFile())) hash.update(readFileSync(artifact(entry.name)))
  return hash.digest('hex').slice(0, 12)
}

async function create() {
  const settings = { ...template(), logLevel: env.LOG_LEVEL ?? 'info' }
  const made = await host('PUT', `/environments/${environment}`, { key, settings })
  console.log(`environment ${environment}: port ${made.port}, schema ${made.schema}, generation ${made.generation}`)
}

/** app.yaml is flat: one `name: value` a line. */
function template() {
  const lines = readFileSync(join(import.meta.dirname, 'app.yaml'), 'utf8').split('\n')
  const pairs = lines.filter((line) => /^\w+:/.test(line)).map((line) => line.split(/:\s*/, 2))
  const { memoryMegabytes, currency } = Object.fromEntries(pairs)
  return { memoryMegabytes: Number(memoryMegabytes), currency }
}

async function migrate() {
  const { applied } = await host('PUT', `/environments/${environment}/schema`, { key, folder: artifact('migrations') })
  console.log(applied.length > 0 ? `migrated: ${applied.join(', ')}` : 'migrated: nothing new')
}

async function install() {
  const built = JSON.parse(readFileSync(artifact('build-info.json'), 'utf8'))
  if (built.commit !== commit) throw failure(`the artifact was built from ${built.commit}, not from ${commit}`)
  const status = await host('PUT', `/environments/${environment}/release`, { key, commit, folder: artifact('') })
  console.log(`${status.url} serves ${status.commit}`)
}

async function report() {
  const { url, schema, port } = await host('GET', `/environments/${environment}`)
  write(`url=${url}\nschema=${schema}\nport=${port}\n`)
}

async function smoke() {
  const status = await host('GET', `/environments/${environment}`)
  const running = await service('version')
  if (running.commit !== commit) throw failure(`${status.url} runs ${running.commit}, not ${commit}`)
  const [sold] = await service('products')
  const [stored] = await host('GET', `/environments/${environment}/rows/products`)
  if (!stored || sold?.name !== stored.name) throw failure('the service and its table disagree about the first product')
  console.log(`${status.url} runs ${commit} and sells ${sold.name}`)
  write(`commit=${running.commit}\n`)
}

async function remove() {
  const { removed } = await host('DELETE', `/environments/${environment}`, { key })
  console.log(removed ? `environment ${environment} is removed` : `environment ${environment} was gone already`)
}

/** Through the host, which is all that this stage reaches. */
function service(page) {
  return host('GET', `/environments/${environment}/service/${page}`)
}

function artifact(path) {
  return join(env.SLIPWAY_ARTIFACT_DIR, 'dist', path)
}

function write(lines) {
  if (env.SLIPWAY_OUTPUT) appendFileSync(env.SLIPWAY_OUTPUT, lines)
}

function host(method, path, body) {
  return ask(`${env.DEMO_HOST_URL}${path}`, { method, ...(body && { body: JSON.stringify(body) }) })
}

/** The address of the host has its token in it. */
function named(url) {
  return url.replace(env.DEMO_HOST_URL, 'the host, at ')
}

async function ask(url, options = {}) {
  const { status, text } = await call(url, options).catch((error) => {
    throw failure(`${named(url)} does not answer: ${error.message}`, TRY_AGAIN)
  })
  if (status >= 400) throw failure(`${named(url)} answers ${status}: ${text}`)
  return JSON.parse(text)
}

/** `fetch` first compiles a parser of its own, which takes longer than a whole stage does. */
async function call(url, { method = 'GET', body = '' }) {
  const headers = { 'content-length': Buffer.byteLength(body) }
  const response = await new Promise((resolve, reject) => {
    request(url, { method, headers }, resolve).on('error', reject).end(body)
  })
  const pieces = await response.setEncoding('utf8').toArray()
  return { status: response.statusCode, text: pieces.join('') }
}

function read(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return null
  }
}

function failure(message, code = 1) {
  return Object.assign(new Error(message), { code })
}
