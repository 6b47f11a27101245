/**
 * What is on its way between the actors. As with Temporal, what one workflow tells another arrives once and in order,
 * however late; what an activity or a person sends arrives in any order, and again. It is lost with nobody to take it.
 */
import type { Chance } from './chance.js'

interface Letter {
  readonly deliver: () => void
  /** Letters of one line arrive in order, each once. */
  readonly line: string | null
}

export class Post {
  private readonly chance: Chance
  private letters: Letter[] = []
  /** Set once nothing more goes wrong. */
  calm = false

  constructor(chance: Chance) {
    this.chance = chance
  }

  get isEmpty(): boolean {
    return this.letters.length === 0
  }

  /** Arrives some time, at least once. */
  send(deliver: () => void): void {
    this.letters.push({ deliver, line: null })
    if (!this.calm && this.chance.onceIn(5)) this.letters.push({ deliver, line: null })
  }

  /** Arrives some time, after everything of the same line that was sent before. */
  sendInLine(line: string, deliver: () => void): void {
    this.letters.push({ deliver, line })
  }

  /** One of those that may arrive now does. */
  deliverOne(): void {
    const letter = this.chance.oneOf(this.letters)
    if (letter === undefined) return
    const next = letter.line === null ? letter : this.letters.find(({ line }) => line === letter.line)
    if (next === undefined) return
    this.letters = this.letters.filter((one) => one !== next)
    next.deliver()
  }
}
