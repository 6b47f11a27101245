/**
 * Messages between the actors. As with Temporal, messages between two workflows arrive once and in order, however late;
 * those of an activity or a person arrive in any order, and repeatedly. A message without a receiver is lost.
 */
import type { Chance } from './chance.js'

interface Message {
  readonly deliver: () => void
  /** Messages of one line arrive in order, each once. */
  readonly line: string | null
}

export class Post {
  private readonly chance: Chance
  private messages: Message[] = []
  /** Set once no more faults happen. */
  calm = false

  constructor(chance: Chance) {
    this.chance = chance
  }

  get isEmpty(): boolean {
    return this.messages.length === 0
  }

  /** Arrives at some time, at least once. */
  send(deliver: () => void): void {
    this.messages.push({ deliver, line: null })
    if (!this.calm && this.chance.onceIn(5)) this.messages.push({ deliver, line: null })
  }

  /** Arrives at some time, after everything sent before on the same line. */
  sendInLine(line: string, deliver: () => void): void {
    this.messages.push({ deliver, line })
  }

  /** Delivers one of the messages that may arrive now. */
  deliverOne(): void {
    const message = this.chance.oneOf(this.messages)
    if (message === undefined) return
    const next = message.line === null ? message : this.messages.find(({ line }) => line === message.line)
    if (next === undefined) return
    this.messages = this.messages.filter((one) => one !== next)
    next.deliver()
  }
}
