import * as z from 'zod'

/** A zod schema for an id with a parser in `domain/identifiers.ts`: ids that return from outside are validated again. */
export function idSchema<Id extends string>(parse: (text: string) => Id | null): z.ZodType<Id, string> {
  return z.string().transform((text, context): Id => {
    const id = parse(text)
    if (id !== null) return id
    context.addIssue({ code: 'custom', message: 'not an id of this kind' })
    return z.NEVER
  })
}
