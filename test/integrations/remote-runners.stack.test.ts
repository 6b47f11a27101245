import type { ServerResponse } from 'node:http'
import type { components } from '@octokit/openapi-types'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { AppName } from '../../domain/identifiers.js'
import type { StageOrder } from '../../domain/ports.js'
import { createDispatchMarks } from '../../integrations/github/dispatch-marks.js'
import { createActionsRunner } from '../../integrations/github/github-actions-runner.js'
import { openGithub } from '../../integrations/github/open-github.js'
import { createHttpRunner, type HttpRunnerOptions } from '../../integrations/stage-runners/http-runner.js'
import { openServed } from '../support/served.js'
import { eventually } from '../support/until.js'
import { keepCalls } from './support/stage-calls.js'
import { recordContact } from './support/stage-contacts.js'
import { temporaryFolder } from './support/temporary-folder.js'

const served = openServed()
const { serve } = served
afterEach(served.close)

const json = (response: ServerResponse, status: number, body: object, headers = {}): void => {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body))
}

const order = (run: StageOrder['run'], changes: Partial<StageOrder> = {}): StageOrder => ({
  key: 'dep_1/patch/1',
  app: 'shop' as AppName,
  artifact: null,
  stage: 'patch',
  run,
  timeoutMs: 20_000,
  workspace: '/nonexistent',
  variables: {
    SLIPWAY_COMMIT: 'abc',
    TOKEN: 'hush hush',
    SLIPWAY_REPOSITORY: 'https://github.com/acme/shop.git',
  },
  redact: ['hush hush'],
  ...changes,
})

const callback = { url: 'https://slipway.test/webhooks/stages?key=1', secret: 'a secret of this stage' }
const httpRunner = (options: Partial<HttpRunnerOptions> = {}) =>
  createHttpRunner({ calls: keepCalls(), callback: () => null, secret: () => null, pollMs: 10, ...options })
const passed = { status: 'passed', outputs: {}, log: '' } as const

describe('a stage that is an HTTP call', () => {
  test.each([
    [
      { status: 'passed', outputs: { url: 'http://x' } },
      { kind: 'exited', code: 0 },
    ],
    [
      { status: 'failed', log: 'no room, hush hush' },
      { kind: 'exited', code: 1 },
    ],
    [{ status: 'retry' }, { kind: 'exited', code: 75 }],
    [{ status: 'inconclusive' }, { kind: 'exited', code: 77 }],
    [{ anything: 'else' }, { kind: 'exited', code: 1 }],
  ])('that answers %j ends so', async (answer, exit) => {
    const calls: { key: unknown; body: string }[] = []
    const url = await serve((request, response, body) => {
      calls.push({ key: request.headers['idempotency-key'], body })
      json(response, 200, answer)
    })
    const contact = recordContact()
    const run = { kind: 'http', url, method: 'POST', secret: null } as const
    const report = await httpRunner().execute(order(run), contact)

    expect(report.exit).toEqual(exit)
    expect(calls).toMatchObject([{ key: 'dep_1/patch/1' }])
    expect(calls[0]?.body).toContain('"SLIPWAY_COMMIT":"abc"')
    expect(`${calls[0]?.body}${contact.text()}${report.tail}`).not.toContain('hush')
  })

  test('that goes on elsewhere is looked at until its end', async () => {
    let looks = 0
    const url = await serve((request, response) => {
      if (request.method === 'POST') return json(response, 202, {}, { location: '/jobs/1' })
      looks++
      return json(
        response,
        200,
        looks < 3 ? { status: 'running' } : { status: 'passed', outputs: { a: 'b' } },
      )
    })
    const runner = httpRunner()
    const report = await runner.execute(
      order({ kind: 'http', url, method: 'POST', secret: null }),
      recordContact(),
    )

    expect(report).toMatchObject({ exit: { kind: 'exited', code: 0 }, outputs: { a: 'b' } })
    expect(looks).toBe(3)
  })

  test('is ended there when it is aborted', async () => {
    const methods: string[] = []
    const url = await serve((request, response) => {
      methods.push(request.method ?? '')
      json(response, request.method === 'POST' ? 202 : 200, { status: 'running' }, { location: '/jobs/1' })
    })
    const contact = recordContact()
    const runner = httpRunner()
    const running = runner.execute(order({ kind: 'http', url, method: 'POST', secret: null }), contact)
    await eventually(() => methods.includes('GET'))
    contact.cancel()

    expect((await running).exit).toEqual({ kind: 'cancelled' })
    expect(methods.at(-1)).toBe('DELETE')
  })

  test('whose server is down is lost contact, to be asked again', async () => {
    const url = await serve((_, response) => json(response, 503, {}))
    const running = httpRunner().execute(
      order({ kind: 'http', url, method: 'POST', secret: null }),
      recordContact(),
    )

    await expect(running).rejects.toThrow('503')
  })
})

describe('a stage that is called back', () => {
  /** Answers 202 to every call and notes what was called. */
  const elsewhere = async (onCall: (body: string) => void = () => undefined, headers = {}) => {
    const seen: { method: string; body: string }[] = []
    const url = await serve((request, response, body) => {
      seen.push({ method: request.method ?? '', body })
      if (request.method === 'POST') onCall(body)
      json(response, request.method === 'POST' ? 202 : 200, { status: 'running' }, headers)
    })
    return { seen, run: { kind: 'http', url, method: 'POST', secret: null } as const }
  }

  test('is told where, and ends as it is called back', async () => {
    const calls = keepCalls()
    const { seen, run } = await elsewhere()
    const contact = recordContact()
    const running = httpRunner({ calls, callback: () => callback }).execute(order(run), contact)
    await eventually(() => contact.text().includes('202'))
    calls.callBack('dep_1/patch/1', {
      ...passed,
      outputs: { url: 'http://x' },
      log: 'one, hush hush\ntwo, a secret of this stage\n',
    })

    expect(await running).toMatchObject({ exit: { kind: 'exited', code: 0 }, outputs: { url: 'http://x' } })
    expect(seen).toMatchObject([{ method: 'POST' }])
    expect(JSON.parse(seen[0]?.body ?? '')).toMatchObject({ key: 'dep_1/patch/1', callback })
    expect(contact.text()).toMatch(/^POST .*: 202\none, \S+\ntwo, \S+\n$/)
    expect(contact.text()).not.toMatch(/hush|a secret of/)
  })

  test('may be called back before its call is answered', async () => {
    const calls = keepCalls()
    const { run } = await elsewhere(() => calls.callBack('dep_1/patch/1', { ...passed, status: 'retry' }))
    const report = await httpRunner({ calls, callback: () => callback }).execute(order(run), recordContact())

    expect(report.exit).toEqual({ kind: 'exited', code: 75 })
  })

  test('is not started again by a worker that comes back, and its log goes on', async () => {
    const calls = keepCalls()
    const { seen, run } = await elsewhere()
    const runner = httpRunner({ calls, callback: () => callback })
    const first = recordContact()
    const lost = runner.execute(order(run), first)
    await eventually(() => first.text().includes('202'))
    first.detach()
    await expect(lost).rejects.toThrow('goes on')
    const looks = vi.spyOn(calls, 'endOf')
    const second = recordContact(first.text())
    const again = runner.execute(order(run), second)
    await eventually(() => looks.mock.calls.length > 1)
    calls.callBack('dep_1/patch/1', { ...passed, log: 'done' })

    expect((await again).exit).toEqual({ kind: 'exited', code: 0 })
    expect(seen).toHaveLength(1)
    expect(second.text()).toBe(`${first.text()}done\n`)
  })

  test.each([
    ['aborted', 20_000, 'cancelled'],
    ['too slow', 50, 'timed-out'],
  ])('and %s is ended at its Location; what is called back then is ignored', async (_, timeoutMs, kind) => {
    const calls = keepCalls()
    const { seen, run } = await elsewhere(undefined, { location: '/jobs/1' })
    const contact = recordContact()
    const running = httpRunner({ calls, callback: () => callback }).execute(
      order(run, { timeoutMs }),
      contact,
    )
    await eventually(() => contact.text().includes('202'))
    if (kind === 'cancelled') contact.cancel()

    expect((await running).exit).toMatchObject({ kind })
    expect(seen.at(-1)?.method).toBe('DELETE')
    calls.callBack('dep_1/patch/1', passed)
    expect(await calls.endOf('dep_1/patch/1')).toBeNull()
  })

  test('and aborted when it has ended already has ended', async () => {
    const calls = keepCalls()
    const close = calls.close.bind(calls)
    const { seen, run } = await elsewhere(undefined, { location: '/jobs/1' })
    const contact = recordContact()
    const racing = {
      ...calls,
      close: async (key: string) => {
        calls.callBack(key, passed)
        return close(key)
      },
    }
    const running = httpRunner({ calls: racing, callback: () => callback }).execute(order(run), contact)
    await eventually(() => seen.length > 1)
    contact.cancel()

    expect((await running).exit).toEqual({ kind: 'exited', code: 0 })
    expect(seen.map(({ method }) => method)).not.toContain('DELETE')
  })

  test('its time goes on while its worker is away, and ends also when nobody answers any more', async () => {
    const calls = keepCalls()
    const url = await serve((_, response) => json(response, 503, {}))
    const run = { kind: 'http', url, method: 'POST', secret: null } as const
    const runner = httpRunner({
      calls: { ...calls, begin: async () => ({ ...(await calls.begin('dep_1/patch/1')), sinceMs: 30_000 }) },
    })
    const report = await runner.execute(order(run), recordContact())

    expect(report.exit).toEqual({ kind: 'timed-out', afterMs: 20_000 })
  })

  test('and cannot be, without a Location, fails and says what to set', async () => {
    const { run } = await elsewhere()
    const contact = recordContact()
    const report = await httpRunner().execute(order(run), contact)

    expect(report.exit).toEqual({ kind: 'exited', code: 1 })
    expect(contact.text()).toContain('SLIPWAY_PUBLIC_URL')
  })
})

/** What GitHub's description says of a run, as far as it is read. */
type RunShape = Pick<
  components['schemas']['workflow-run'],
  'id' | 'status' | 'conclusion' | 'html_url' | 'display_title' | 'name'
>

/** Actions by GitHub's recorded shapes: npm's emulate can neither hold a workflow nor finish a run. */
async function startActions(appearAfter = 2) {
  const state = {
    dispatches: [] as { inputs: Record<string, string>; ref: string }[],
    lists: 0,
    cancelled: 0,
  }
  const run: RunShape = {
    id: 7,
    status: 'queued',
    conclusion: null,
    html_url: 'https://github.com/acme/shop/actions/runs/7',
    display_title: 'Deploy dep_1/patch/1',
    name: 'Deploy',
  }
  const url = await serve((request, response, body) => {
    const path = request.url ?? ''
    if (path.endsWith('/dispatches')) {
      state.dispatches.push(JSON.parse(body) as (typeof state.dispatches)[number])
      state.lists = 0
      response.writeHead(204).end()
    } else if (path.endsWith('/cancel')) {
      state.cancelled++
      Object.assign(run, { status: 'completed', conclusion: 'cancelled' })
      json(response, 202, {})
    } else if (path.endsWith('/runs/7')) json(response, 200, run)
    else {
      state.lists++
      const shown = state.dispatches.length > 0 && state.lists > appearAfter
      json(response, 200, { total_count: 0, workflow_runs: shown ? [run] : [] })
    }
  })
  const github = openGithub({ access: { kind: 'token', token: 't' }, apiUrl: url, onLimit: () => undefined })
  if (!github) throw new Error('No client')
  const marks = createDispatchMarks(await temporaryFolder())
  const runner = createActionsRunner({ github, marks, pollMs: 10 })
  return { state, run, runner }
}

const actions = { kind: 'github-actions', workflow: 'deploy.yml', inputs: { size: 'small' } } as const

describe('a stage that is a GitHub Actions workflow', () => {
  test.each([
    ['success', { kind: 'exited', code: 0 }],
    ['failure', { kind: 'exited', code: 1 }],
    ['neutral', { kind: 'exited', code: 77 }],
  ] as const)('that concludes with %s ends so, dispatched once', async (conclusion, exit) => {
    const { state, run, runner } = await startActions()
    const running = runner.execute(order(actions), recordContact())
    await eventually(() => state.dispatches.length === 1)
    Object.assign(run, { status: 'completed', conclusion })

    expect((await running).exit).toEqual(exit)
    expect(state.dispatches).toMatchObject([
      { inputs: { size: 'small', slipway_key: 'dep_1/patch/1', slipway_commit: 'abc' } },
    ])
  })

  test('is found again by its key after a lost worker, and cancelled on abort', async () => {
    const { state, runner } = await startActions()
    const first = recordContact()
    const lost = runner.execute(order(actions), first)
    await eventually(() => state.dispatches.length === 1)
    first.detach()
    await expect(lost).rejects.toThrow('goes on')
    const contact = recordContact(first.text())
    const again = runner.execute(order(actions), contact)
    await eventually(() => contact.text().includes('actions/runs/7'))
    contact.cancel()

    expect((await again).exit).toEqual({ kind: 'cancelled' })
    expect([state.dispatches.length, state.cancelled]).toEqual([1, 1])
    expect(contact.text()).toMatch(/^dispatched deploy\.yml\n/)
  })
})
