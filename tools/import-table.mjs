/**
 * Who may import whom. All imports point at `domain/`; each SDK is used in one place only. A folder that needs more needs a line
 * here, where a reviewer sees it.
 */
import { posix } from 'node:path'

/** First match wins. Files in no zone (test/, bench/, tools/) may import anything. */
const zones = [
  ['main', /^(?:main\.|compose\/)/],
  ['gateway', /^workflows\/gateway[./-]/],
  ['worker', /^workflows\/worker[./-]/],
  ['activities', /^workflows\/activities\//],
  ['workflows', /^workflows\//],
  ['config', /^config[./]/],
  ['domain', /^domain\//],
  ['integrations', /^integrations\//],
  ['db', /^db\//],
  ['views', /^bot\/views\//],
  ['slack', /^bot\/slack\//],
  ['commands', /^bot\/commands\//],
  ['orders', /^bot\/orders\//],
  ['verbs', /^bot\/verbs\//],
  ['inbox', /^bot\/inbox\//],
  ['interactions', /^bot\/interactions\//],
  ['publisher', /^bot\/publisher\//],
  ['bot', /^bot\//],
  ['http', /^http\//],
  ['local', /^local\//],
  ['support', /^(?:test|bench|tools)\//],
]

/**
 * `imports` and `types` name zones, or single files and folders inside one. `packages` lists all that is allowed; without
 * it every package is, except those that belong to another zone. `node` allows Node's built-ins.
 */
const table = {
  domain: { imports: [], packages: [], node: false },
  workflows: {
    imports: ['domain'],
    types: ['activities'],
    packages: ['@temporalio/workflow', '@temporalio/common', 'croner'],
    node: false,
  },
  activities: { imports: ['domain', 'workflows/workflow-ids', 'workflows/messages'] },
  gateway: { imports: ['domain', 'workflows'], types: ['activities', 'config'] },
  worker: { imports: ['domain', 'workflows'], types: ['activities', 'config'] },
  integrations: { imports: ['domain'] },
  db: { imports: ['domain'] },
  // The folders of the bot, lowest first: each imports only what is above it here.
  views: { imports: ['domain'], types: ['db'] },
  slack: { imports: ['domain'], types: ['views'] },
  commands: { imports: ['domain'] },
  orders: {
    imports: ['domain', 'views', 'db/queries', 'db/buttons', 'db/slow-orders'],
    types: ['slack', 'commands', 'gateway', 'db'],
  },
  verbs: { imports: ['domain', 'views', 'commands', 'orders'] },
  inbox: {
    imports: ['domain', 'commands', 'orders', 'verbs', 'db/inbox'],
    types: ['slack', 'db'],
  },
  interactions: {
    imports: ['domain', 'views', 'slack', 'commands', 'orders', 'verbs', 'inbox'],
  },
  bot: { imports: ['domain', 'views', 'slack', 'interactions'] },
  publisher: {
    imports: [
      'domain',
      'views',
      'slack',
      'verbs',
      'db/queries',
      'db/closed-channels',
      'db/slack-messages',
      'db/inbox',
      'db/slow-orders',
      'db/parked-orders',
      'db/buttons',
      'db/audit-seals',
      'db/leader',
      'db/thread-lines',
      'db/github-reports',
      'db/release-notes',
    ],
    types: ['orders', 'interactions', 'gateway', 'db'],
  },
  http: { imports: ['domain', 'views', 'db/queries'], types: ['publisher', 'db'] },
  config: { imports: ['domain'] },
  local: { imports: ['domain', 'main', 'config'] },
}

/** A package (or scope), the only zones that touch it, and those that may name its types. */
const homes = [
  [/^@temporalio\/(?:workflow|common)$/, ['workflows', 'activities', 'gateway', 'worker']],
  [/^@temporalio\/activity$/, ['activities']],
  [/^@temporalio\/client$/, ['gateway', 'local']],
  [/^@temporalio\/worker$/, ['worker']],
  [/^@temporalio\/envconfig$/, ['config']],
  [/^@slack\/types$/, ['views', 'slack', 'interactions', 'publisher']],
  [/^@slack\//, ['slack', 'bot']],
  [/^(?:hono|@hono\/.*)$/, ['http']],
  [/^node-cron$/, ['publisher', 'config']],
  [/^croner$/, ['workflows', 'config']],
  [/^chrono-node$/, ['orders']],
  [/^kysely$/, ['db'], ['orders', 'inbox', 'publisher', 'http']],
  [/^pg$/, ['db', 'local']],
  [/^@electric-sql\//, ['local']],
  [/^node-ical$/, ['integrations']],
  [/^@(?:aws-sdk|opentelemetry)\//, ['integrations']],
  [/^yaml$/, ['config']],
]

/**
 * @param {string} from the importing file, relative to the repository, with `/`
 * @param {string} specifier as written
 * @param {boolean} typeOnly
 * @returns {string | null} why the import is not allowed
 */
export function refuseImport(from, specifier, typeOnly) {
  const zone = zoneOf(from)
  const row = table[zone]
  if (!row) return null
  if (specifier.startsWith('.')) return refuseFile(zone, posix.join(posix.dirname(from), specifier), typeOnly)
  if (specifier.startsWith('node:')) {
    return row.node === false
      ? `${zone} reaches the world through its callers, not through ${specifier}.`
      : null
  }
  return refusePackage(zone, packageName(specifier), typeOnly)
}

function refuseFile(zone, target, typeOnly) {
  const { imports, types = [] } = table[zone]
  if (zoneOf(target) === zone || allows(imports, target)) return null
  if (allows(types, target)) return typeOnly ? null : `${zone} may import only types from ${target}.`
  return `${zone} imports only ${[zone, ...imports].join(', ')}; not ${target}.`
}

function refusePackage(zone, name, typeOnly) {
  const { packages } = table[zone]
  if (packages) return packages.includes(name) ? null : `${zone} does not use the package ${name}.`
  const [, users, namers = []] = homes.find(([pattern]) => pattern.test(name)) ?? []
  if (!users || users.includes(zone) || (typeOnly && namers.includes(zone))) return null
  return `${name} belongs to ${users.join(', ')}; not to ${zone}.`
}

function allows(entries, target) {
  const path = target.replace(/\.[cm]?[jt]s$/, '')
  return entries.some((entry) => entry === zoneOf(target) || path === entry || path.startsWith(`${entry}/`))
}

function zoneOf(path) {
  return zones.find(([, pattern]) => pattern.test(path))?.[0] ?? 'outside'
}

function packageName(specifier) {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/')
}
