/**
 * The readable parts of a file that may hold mistakes, so that the checks across values run together with the checks of each
 * value, not after them. Anything in the wrong form counts as absent, because it is reported elsewhere.
 */
import { z } from 'zod'
import { parseDuration } from '../domain/durations.js'

const text = z.string().catch('')
const texts = z.array(text).catch([])
const anyGroup = z.record(z.string(), z.unknown()).catch({})
const duration = z.string().transform(parseDuration).catch(null)

function lenient<Shape extends z.ZodRawShape>(shape: Shape): z.ZodType<z.output<z.ZodObject<Shape>>> {
  return z.preprocess((value) => anyGroup.parse(value), z.object(shape))
}

function byName<Value>(value: z.ZodType<Value>): z.ZodType<Record<string, Value>> {
  return z.preprocess((group) => anyGroup.parse(group), z.record(z.string(), value))
}

function each<Value>(value: z.ZodType<Value>): z.ZodType<Value[]> {
  return z.preprocess((list) => (Array.isArray(list) ? list : []), z.array(value))
}

const ending = {
  expires: duration,
  notice: z.array(duration).catch([]),
  maxAge: duration,
}

/** The keys that are present, whatever their values. */
const presence = { given: z.array(z.string()) }

function withPresence(value: unknown): Record<string, unknown> {
  const group = anyGroup.parse(value)
  const given = Object.keys(group).filter((key) => group[key] !== null)
  return { ...group, given }
}

const needs = { secrets: texts, variables: anyGroup }
const stage = lenient({ secret: text })

/** The rules of `approve`, each with its path in the environment; a single rule may be given without a list. */
const approvalRules = z.preprocess(
  (value) =>
    Array.isArray(value)
      ? value.map((rule, index) => ({ ...anyGroup.parse(rule), at: ['approve', index] }))
      : [{ ...anyGroup.parse(value), at: ['approve'] }],
  z.array(
    z.object({
      at: z.array(z.union([z.string(), z.number()])),
      from: texts,
      count: z.int().catch(1),
      fourEyes: z.boolean().catch(false),
    }),
  ),
)

const environment = z.preprocess(
  withPresence,
  z.object({
    name: text,
    mode: z.string().catch('approval'),
    alongside: text,
    approve: approvalRules,
    accept: lenient({ from: texts }),
    runsOn: text,
    ...{ setup: stage, patch: stage, check: stage, teardown: stage, probe: stage },
    ...presence,
    ...needs,
    ...ending,
  }),
)

const app = z.preprocess(
  withPresence,
  z.object({
    ...presence,
    repository: text,
    tag: z.string().catch('v{version}'),
    pickBranch: z.string().catch('release/{tag}'),
    permissions: byName(texts),
    build: lenient({ ...needs, secret: text }),
    runsOn: text,
    environments: each(environment),
    previews: z.preprocess(withPresence, z.object({ like: text, ...presence, ...ending })),
    checklist: each(lenient({ role: text, before: text })),
    cut: text,
    train: z.preprocess(
      withPresence,
      z.object({ ...presence, cron: text, announce: duration, skip: texts, promote: text }),
    ),
    types: byName(
      z.preprocess(
        withPresence,
        z.object({
          ...presence,
          approvals: z.int().catch(0),
          cut: texts,
          checklist: z.boolean().catch(true),
          pullRequests: lenient({ labels: texts, branches: texts }),
        }),
      ),
    ),
    github: lenient({ context: text, comments: texts, requiredChecks: texts }),
  }),
)

const outline = lenient({
  roles: byName(texts),
  registries: byName(lenient({ secret: text })),
  holidays: text,
  apps: byName(app),
})

/** The readable part of a whole file. */
export type Outline = z.output<typeof outline>
/** The readable part of an app. */
export type AppOutline = z.output<typeof app>
/** The readable part of an environment. */
export type EnvironmentOutline = z.output<typeof environment>
/** The readable part of the expiry settings of an environment or the previews. */
export type EndingOutline = Pick<EnvironmentOutline, 'given' | keyof typeof ending>

/** Parses what is readable; never fails. */
export function readOutline(value: unknown): Outline {
  return outline.parse(value)
}
