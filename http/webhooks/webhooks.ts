/** Webhooks of forges: verified over the raw bytes, recorded once by the forge's own delivery id (R.8). */
import { createHash } from 'node:crypto'
import { Webhooks } from '@octokit/webhooks'
import type { Receipt } from '../../db/receive.js'
import type { AppDefinition } from '../../domain/pipeline.js'
import { plainText, type RawAnswer, type RawHandler } from '../raw-routes.js'
import { isSignedBody } from '../signed-body.js'
import { closedBranch } from './closed-pull-request.js'
import { type MergeNotice, readMerge, recordMerge } from './merged-pull-request.js'
import { type OpenedPull, readOpened, recordOpened } from './opened-pull-request.js'
import { isDeletion, type PushNotice, readPush } from './push-event.js'
import { type PushInbox, recordPush } from './record-push.js'
import { repositoryName } from './repository-address.js'

export interface WebhookOptions {
  readonly secret: string
  readonly apps: () => readonly AppDefinition[]
  readonly inbox: PushInbox
}

type Headers = Readonly<Record<string, string>>

/** The routes by path. */
export function webhookRoutes(options: WebhookOptions): Readonly<Record<string, RawHandler>> {
  const github = new Webhooks({ secret: options.secret })
  return {
    '/webhooks/github': async (headers, body) => {
      const signature = headers['x-hub-signature-256'] ?? ''
      const delivery = headers['x-github-delivery']?.slice(0, LONGEST_ID) ?? ''
      if (signature === '' || delivery === '') return unsigned
      if (!(await github.verify(body.toString('utf8'), signature).catch(() => false))) return unsigned
      return takeGithub(options, { event: headers['x-github-event'] ?? '', delivery, body: parsed(body) })
    },
    '/webhooks/git': async (headers, body) => {
      if (!isSigned(options.secret, headers, body)) return unsigned
      const notice = readPush(parsed(body))
      return notice === null ? ignored : take(options, `git/${deliveryOf(headers, body)}`, notice)
    },
  }
}

const unsigned = plainText(401, 'The signature is missing or wrong.')
const ignored = plainText(202, 'Nothing follows from this.')
const notNow = plainText(503, 'It could not be recorded; send it again.')

interface GithubDelivery {
  readonly event: string
  readonly delivery: string
  readonly body: unknown
}

async function takeGithub(
  options: WebhookOptions,
  { event, delivery, body }: GithubDelivery,
): Promise<RawAnswer> {
  const notice = event === 'push' ? readPush(body) : event === 'pull_request' ? closedBranch(body) : null
  const opened = event === 'pull_request' ? readOpened(body) : null
  if (opened !== null) return takeOpened(options, opened)
  const merge = event === 'pull_request' ? readMerge(body) : null
  const cut = merge === null ? ignored : await takeMerge(options, merge)
  if (notice === null || cut === notNow) return cut
  const answer = await take(options, `github/${delivery}`, notice)
  return answer === ignored ? cut : answer
}

async function takeOpened({ apps, inbox }: WebhookOptions, opened: OpenedPull): Promise<RawAnswer> {
  const concerned = apps().filter((app) => concerns(app, opened))
  return answerFor(await Promise.all(concerned.map((app) => recordOpened(inbox, app, opened))))
}

/** The merge is recorded before the branch's end; a repeated delivery is recognised by its own key. */
async function takeMerge({ apps, inbox }: WebhookOptions, merge: MergeNotice): Promise<RawAnswer> {
  const concerned = apps().filter((app) => concerns(app, merge))
  return answerFor(await Promise.all(concerned.map((app) => recordMerge(inbox, app, merge))))
}

function answerFor(receipts: readonly (Receipt | null)[]): RawAnswer {
  if (receipts.includes('too-late')) return notNow
  return receipts.every((receipt) => receipt === null) ? ignored : plainText(202, 'Recorded.')
}

/** One inbox row per app that the push concerns; the delivery id is in the key, so a repeat is recognised. */
async function take(options: WebhookOptions, key: string, notice: PushNotice): Promise<RawAnswer> {
  const apps = options.apps().filter((app) => concerns(app, notice))
  const receipts = await Promise.all(
    apps.map(({ name }) =>
      recordPush(options.inbox, `${key}/${name}`, {
        app: name,
        branch: notice.branch,
        commit: notice.after,
        deleted: isDeletion(notice.after),
        ...(notice.pull ? { pull: notice.pull } : {}),
        via: 'webhook',
      }),
    ),
  )
  if (receipts.includes('too-late')) return notNow
  return apps.length === 0 ? ignored : plainText(202, 'Recorded.')
}

/** A notice that names no repository is only a hint to check, so every app may take it. */
function concerns(app: AppDefinition, { addresses }: Pick<PushNotice, 'addresses'>): boolean {
  if (addresses.length === 0) return true
  const own = repositoryName(app.repository)
  return addresses.some((address) => address === app.name || repositoryName(address) === own)
}

/** HMAC-SHA256 in hex, in the headers that different forges use. */
const signatureHeaders = [
  'x-slipway-signature',
  'x-hub-signature-256',
  'x-gitea-signature',
  'x-forgejo-signature',
  'x-gogs-signature',
]
/** The limit of a stored delivery id; real ids are shorter. */
const LONGEST_ID = 100

const deliveryHeaders = [
  'x-slipway-delivery',
  'x-gitea-delivery',
  'x-forgejo-delivery',
  'x-gogs-delivery',
  'x-github-delivery',
  'x-request-id',
]

function isSigned(secret: string, headers: Headers, body: Buffer): boolean {
  return signatureHeaders.some((name) => isSignedBody(secret, body, headers[name]))
}

/** Without a delivery id from the forge, the content is the id: a replay adds nothing new. */
function deliveryOf(headers: Headers, body: Buffer): string {
  const named = deliveryHeaders.map((name) => headers[name]).find((value) => value !== undefined)
  return named?.slice(0, LONGEST_ID) ?? createHash('sha256').update(body).digest('hex')
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch {
    return null
  }
}
