/** Shared by all questions: their subject, and the parts of a verb that only answers. */

import type { AppName } from '../../../domain/identifiers.js'
import type { ReleaseRef } from '../../../domain/intent.js'
import { type AppArguments, type Arguments, valueOf } from '../../commands/arguments.js'
import type { Problem } from '../../commands/parsed-command.js'
import { releaseAndEnvironment } from '../../commands/release-and-environment.js'
import { placeKeywords, questionFlags, syntax } from '../../commands/syntax.js'
import { type ButtonTarget, releaseOf } from '../../views/button-target.js'

/** The subject of a question. */
export interface About {
  readonly app: AppName
  /** Null: the newest open one. */
  readonly release: ReleaseRef | null
  readonly environment: string | null
  readonly here: boolean
}

export const questionSyntax = syntax(placeKeywords, questionFlags)

/** The subject of a button's question; only the person who clicked sees the answer. */
export const aboutRelease = (target: ButtonTarget): About => ({
  app: target.app,
  release: releaseOf(target),
  environment: target.environment ?? null,
  here: false,
})

/** The subject of a typed question. */
export function readAbout(args: AppArguments): { readonly kind: 'about'; readonly about: About } | Problem {
  const sorted = releaseAndEnvironment(args, { release: true, environment: true })
  if (sorted.kind !== 'sorted') return sorted
  const { release, environment } = sorted
  const here = args.switches.has('here')
  return { kind: 'about', about: { app: args.app.name, release, environment, here } }
}

/** `--page 2`: counts from 1, which is the default; an invalid page is a problem. */
export function readPage(args: Arguments, most: number): number | Problem {
  const text = valueOf(args, 'page') ?? '1'
  const page = Number(text)
  return Number.isInteger(page) && page >= 1 && page <= most
    ? page
    : { kind: 'unexpected', text, verb: args.verb }
}
