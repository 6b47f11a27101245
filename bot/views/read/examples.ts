/** Examples about what is there, so that they can be copied as they are. */
import type { AppDefinition } from '../../../domain/pipeline.js'
import type { ReleaseView } from '../../../domain/views.js'

/** What examples are about. */
export interface ExampleNames {
  /** Null: the app of the examples. */
  readonly app: AppDefinition | null
  /** Its open releases, newest first; the version of the examples stands for what is not there. */
  readonly open: readonly ReleaseView[]
}

/** Examples as they are written, of `shop`, `2026.11.3` and its three environments, with the names of what is there. */
export function examplesAsHere(examples: readonly string[], { app, open }: ExampleNames): readonly string[] {
  const names = app?.environments.map(({ name }) => name) ?? []
  const instead: readonly (readonly [RegExp, string | undefined])[] = [
    // All at once, since an app may be called like one of the others.
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
