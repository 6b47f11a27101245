import { secretForms } from './secret-forms.js'

/** What a secret is replaced by. */
const MASK = '***'

/** Redacts a text that arrives in chunks. The result does not depend on where the chunks were cut. */
export interface Redactor {
  /** The next text that is settled. Text that may be the begin of a secret is held back until the next call. */
  push(chunk: string): string
  /** What was held back. */
  end(): string
}

interface Decision {
  /** Length of the longest secret that begins here, 0 when none does. */
  readonly length: number
  /** A longer secret may begin here, more text is needed. */
  readonly open: boolean
}

function decide(text: string, at: number, forms: readonly string[]): Decision {
  let length = 0
  for (const form of forms) {
    if (text.startsWith(form, at)) length = Math.max(length, form.length)
    else if (form.length > text.length - at && form.startsWith(text.slice(at))) return { length, open: true }
  }
  return { length, open: false }
}

function groupByFirst(forms: readonly string[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>()
  for (const form of forms) {
    const first = form.charAt(0)
    groups.set(first, [...(groups.get(first) ?? []), form])
  }
  return groups
}

/**
 * Replaces each secret, and each of its encoded forms (see {@link secretForms}), by `***`. Secrets that overlap or touch
 * become one mask, so that no rest of the second one shows.
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const byFirst = groupByFirst(secretForms(secrets))
  let held = ''
  let maskLeft = 0
  let masking = false

  function scan(text: string, final: boolean): string {
    let result = ''
    let at = 0
    for (; at < text.length; at += 1) {
      const forms = byFirst.get(text.charAt(at))
      const decision = forms === undefined ? null : decide(text, at, forms)
      if (decision?.open === true && !final) break
      maskLeft = Math.max(maskLeft, decision?.length ?? 0)
      if (maskLeft === 0) result += text.charAt(at)
      else if (!masking) result += MASK
      masking = maskLeft > 0
      maskLeft = Math.max(0, maskLeft - 1)
    }
    held = text.slice(at)
    return result
  }

  return {
    push: (chunk) => (byFirst.size === 0 ? chunk : scan(held + chunk, false)),
    end: () => scan(held, true),
  }
}

/** Redacts a whole text, as {@link createRedactor} does chunk by chunk. */
export function redact(text: string, secrets: readonly string[]): string {
  const redactor = createRedactor(secrets)
  return redactor.push(text) + redactor.end()
}
