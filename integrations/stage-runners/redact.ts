import { SHORTEST_SECRET, secretForms } from './secret-forms.js'

/** What a secret is replaced by. */
const MASK = '***'
/** Base64 and hex wrap only after full lines; a break after a shorter run of letters ends a word. */
const FULL_LINE = 32
const CODED = /[A-Za-z0-9+/=_-]/

/** Redacts a text that arrives in chunks. The result does not depend on where the chunks were cut. */
export interface Redactor {
  /** The next text that is final. Text that may be the start of a secret is held back until the next call. */
  push(chunk: string): string
  /** The text that was held back. */
  end(): string
}

/** Secrets prepared for searching. */
export interface SecretFinder {
  /** Redacts a whole text. */
  redact(text: string): string
  /** A redactor for a text that arrives in chunks. */
  redactor(): Redactor
}

/** The state that the meaning of the next character depends on. */
interface Place {
  /** How many characters of code (base64, hex) directly precede, up to {@link FULL_LINE}. */
  run: number
  /** After a line break inside code: blanks are indentation. */
  broken: boolean
}

/** Reads the next character. False for a break inside code: tools insert them anywhere, so they are ignored. */
function counts(place: Place, letter: string): boolean {
  const isBreak = letter === '\n' || letter === '\r'
  if (isBreak && place.run >= FULL_LINE) {
    place.broken = true
    return false
  }
  if (place.broken && (isBreak || letter === ' ' || letter === '\t')) return false
  place.broken = false
  place.run = CODED.test(letter) ? Math.min(FULL_LINE, place.run + 1) : 0
  return true
}

function withoutBreaks(text: string): string {
  const place: Place = { run: 0, broken: false }
  return text
    .split('')
    .filter((letter) => counts(place, letter))
    .join('')
}

interface Decision {
  /** Length of the longest secret that begins here, 0 if none does. */
  readonly length: number
  /** A longer secret may begin here; more text is needed. */
  readonly open: boolean
}

const NOTHING: Decision = { length: 0, open: false }

/** Looks up forms by their first characters: the cost of a text does not depend on the number of secrets. */
class Forms {
  private readonly byBegin = new Map<string, string[]>()
  private readonly shortBegins = new Set<string>()

  constructor(forms: readonly string[]) {
    for (const form of new Set(forms.flatMap((one) => [one, ...withoutBreaks(one).split('\n')]))) {
      if (form.length < SHORTEST_SECRET) continue
      const begin = form.slice(0, SHORTEST_SECRET)
      this.byBegin.set(begin, [...(this.byBegin.get(begin) ?? []), form])
      for (let length = 1; length < SHORTEST_SECRET; length += 1) this.shortBegins.add(form.slice(0, length))
    }
  }

  get isEmpty(): boolean {
    return this.byBegin.size === 0
  }

  decide(text: string, at: number): Decision {
    const begin = text.slice(at, at + SHORTEST_SECRET)
    if (begin.length < SHORTEST_SECRET) return { length: 0, open: this.shortBegins.has(begin) }
    const forms = this.byBegin.get(begin)
    return forms === undefined ? NOTHING : longest(text, at, forms)
  }
}

function longest(text: string, at: number, forms: readonly string[]): Decision {
  let length = 0
  for (const form of forms) {
    if (text.startsWith(form, at)) length = Math.max(length, form.length)
    else if (form.length > text.length - at && form.startsWith(text.slice(at))) return { length, open: true }
  }
  return { length, open: false }
}

class ChunkRedactor implements Redactor {
  private readonly forms: Forms
  private place: Place = { run: 0, broken: false }
  private held = ''
  private maskLeft = 0
  private masking = false

  constructor(forms: Forms) {
    this.forms = forms
  }

  push(chunk: string): string {
    return this.forms.isEmpty ? chunk : this.scan(this.held + chunk, false)
  }

  end(): string {
    return this.scan(this.held, true)
  }

  private scan(text: string, final: boolean): string {
    const before = { ...this.place }
    const counting = text.split('').map((letter) => counts(this.place, letter))
    const code = counting.includes(false)
      ? text
          .split('')
          .filter((_, at) => counting[at])
          .join('')
      : text
    let result = ''
    let from = 0
    for (let at = 0, inCode = 0; at < text.length; at += 1) {
      if (counting[at] === true) {
        const { length, open } = this.forms.decide(code, inCode)
        if (open && !final) {
          this.place = placeAfter(before, text.slice(0, at))
          this.held = text.slice(at)
          return result + (this.masking ? '' : text.slice(from, at))
        }
        this.maskLeft = Math.max(this.maskLeft, length)
        inCode += 1
      }
      const masked = this.maskLeft > 0
      if (masked && !this.masking) result += text.slice(from, at) + MASK
      if (!masked && this.masking) from = at
      this.masking = masked
      if (counting[at] === true) this.maskLeft = Math.max(0, this.maskLeft - 1)
    }
    this.held = ''
    return result + (this.masking ? '' : text.slice(from))
  }
}

function placeAfter(before: Place, text: string): Place {
  const place = { ...before }
  for (const letter of text) counts(place, letter)
  return place
}

/**
 * Replaces each secret, and each of its encoded forms (see {@link secretForms}), by `***`, even if base64 or hex is
 * wrapped. Secrets that overlap or touch become one mask, so that no rest of the second one remains.
 */
export function findSecrets(secrets: readonly string[]): SecretFinder {
  const forms = new Forms(secretForms(secrets))
  return {
    redact: (text) => {
      if (forms.isEmpty) return text
      const redactor = new ChunkRedactor(forms)
      return redactor.push(text) + redactor.end()
    },
    redactor: () => new ChunkRedactor(forms),
  }
}

/** Redacts a text chunk by chunk, like {@link findSecrets}. */
export function createRedactor(secrets: readonly string[]): Redactor {
  return findSecrets(secrets).redactor()
}

/** Redacts a whole text, like {@link findSecrets}. */
export function redact(text: string, secrets: readonly string[]): string {
  return findSecrets(secrets).redact(text)
}
