/** Rewrites examples with existing names, so that they can be copied unchanged. */
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { ReleaseView } from '../../../domain/views.js'

/** The names to use in examples. */
export interface ExampleNames {
  /** Null: keep the example app. */
  readonly app: AppDefinition | null
  /** Its open releases, newest first; without any, the version of the examples is kept. */
  readonly open: readonly ReleaseView[]
}

/** Replaces `shop`, `2026.11.3` and its three environments in examples with existing names. */
export function examplesAsHere(examples: readonly string[], { app, open }: ExampleNames): readonly string[] {
  const names = app?.environments.map(({ name }) => name) ?? []
  const instead: readonly (readonly [RegExp, string | undefined])[] = [
    // All at once, because an app may have the name of one of the others.
    [/\bshop\b/g, app?.name],
    [/\b2026\.11\.3\b/g, open.find(({ version }) => version !== null)?.version ?? undefined],
    [/\bintegration\b/g, names[0]],
    [/\bstaging\b/g, names.length > 1 ? names.at(-2) : names[0]],
    [/\bproduction\b/g, names.at(-1)],
  ]
  return examples.map((example) => replaced(example, instead))
}

function replaced(text: string, instead: readonly (readonly [RegExp, string | undefined])[]): string {
  const all = new RegExp(instead.map(([pattern]) => pattern.source).join('|'), 'g')
  return text.replaceAll(all, (found) => {
    const [, name] = instead.find(([pattern]) => new RegExp(`^${pattern.source}$`).test(found)) ?? []
    return name ?? found
  })
}
