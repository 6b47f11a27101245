import * as z from 'zod'

/** A zod schema of an id that has a parser in `domain/identifiers.ts`: what comes back from outside is checked again. */
export function idSchema<Id extends string>(parse: (text: string) => Id | null): z.ZodType<Id, string> {
  return z.string().transform((text, context): Id => {
    const id = parse(text)
    if (id !== null) return id
    context.addIssue({ code: 'custom', message: 'not an id of this kind' })
    return z.NEVER
  })
}
