/**
 * A person's hands: does what people do in a channel, and counts it. A key is a character of a command, or of a field that is not
 * preset. A press is a button, a menu and its entry, a tick, an answer to a confirmation, or the button that submits a form.
 */
import { expect } from 'vitest'
import { z } from 'zod'
import type { SlackWindow, WorkspaceView } from '../../local/slack-window.js'
import type { Button, Channel } from './channel.js'
import { openForm } from './forms.js'
import { efforts, type Job } from './job-efforts.js'

export interface Tally {
  readonly presses: number
  readonly keys: number
}

export interface Hands {
  /** Types a command and waits for its answer. */
  ask(user: string, text: string, answer: RegExp): Promise<string>
  /** Presses a button, or chooses from the menu, of a card; confirms what is asked. */
  press(user: string, label: RegExp, version: string): Promise<void>
  /** As {@link ask}, for a command that opens a form. */
  askForForm(user: string, text: string): Promise<WorkspaceView>
  /** As {@link press}, for a button that opens a form. */
  pressForForm(user: string, label: RegExp, version: string): Promise<WorkspaceView>
  /** Fills in fields of the open form by their names, and submits it: for ticks the beginnings of their labels. */
  submit(user: string, answers?: Readonly<Record<string, string | readonly string[]>>): Promise<void>
  /** What was done so far. */
  readonly tally: Tally
}

/** The slash command's name and a space. */
const COMMAND = '/release '.length

/** Hands for one job, with nothing done yet. */
export function handsOf(shop: Channel, window: SlackWindow): Hands {
  const tally = { presses: 0, keys: 0 }
  const count = (presses: number, keys = 0): void => {
    tally.presses += presses
    tally.keys += keys
  }
  const countButton = ({ kind, confirm }: Button): void =>
    count((kind === 'overflow' ? 2 : 1) + (confirm === null ? 0 : 1))
  return {
    tally,
    ask: async (user, text, answer) => {
      count(0, COMMAND + text.length)
      return shop.ask(user, text, answer)
    },
    press: async (user, label, version) => countButton(await shop.press(user, label, version)),
    // What a busy machine was too slow for is asked again; a person would not have to, so it counts once.
    askForForm: async (user, text) => {
      count(0, COMMAND + text.length)
      return openForm(window, () => shop.command(user, text))
    },
    pressForForm: async (user, label, version) => {
      const pressed: Button[] = []
      const form = await openForm(
        window,
        async () => void pressed.push(await shop.press(user, label, version)),
      )
      pressed.slice(0, 1).forEach(countButton)
      return form
    },
    submit: async (user, answers = {}) => {
      const fields = fieldsOf(window.modal())
      const unknown = Object.keys(answers).filter((name) => !fields.some(({ block_id }) => block_id === name))
      if (unknown.length > 0) throw new Error(`The form has no ${unknown.join(', ')}`)
      const entered = fields.map(({ block_id, element }) => enter(element, answers[block_id] ?? null))
      for (const { presses, keys } of entered) count(presses, keys)
      count(1)
      const values = fields.map(({ block_id }, index) => [block_id, { value: entered[index]?.value ?? {} }])
      expect(await window.submit(user, Object.fromEntries(values))).toEqual({})
    },
  }
}

/** How far a job went beyond its ideal, where it took more than one press more, or more keys; null where it did not. */
export function beyond(job: Job, { tally }: Hands): string | null {
  const { presses, keys, ideal } = efforts[job]
  const isWithin = tally.presses <= presses + 1 && tally.keys <= keys
  return isWithin ? null : `${tally.presses} presses and ${tally.keys} keys; ideal: ${ideal}`
}

const option = z.object({ value: z.string(), text: z.object({ text: z.string() }) })
type Option = z.infer<typeof option>
const field = z.object({
  block_id: z.string(),
  element: z.object({
    type: z.enum(['plain_text_input', 'static_select', 'checkboxes', 'datepicker']),
    initial_value: z.string().default(''),
    initial_option: option.optional(),
    options: z.array(option).default([]),
  }),
})
type Element = z.infer<typeof field>['element']

const fieldsOf = (form: WorkspaceView | null): readonly z.infer<typeof field>[] =>
  (form?.blocks ?? []).filter(({ type }) => type === 'input').map((block) => field.parse(block))

interface Entered extends Tally {
  /** As Slack sends it. */
  readonly value: Readonly<Record<string, unknown>>
}

/** What it takes to give an answer in a field; nothing where the answer is preset or none is given. */
function enter(element: Element, answer: string | readonly string[] | null): Entered {
  const { type } = element
  switch (type) {
    case 'plain_text_input': {
      const text = answer === null ? element.initial_value : String(answer)
      const keys = text === element.initial_value ? 0 : text.length
      return { presses: 0, keys, value: { type, value: text === '' ? null : text } }
    }
    case 'static_select': {
      const { initial_option: preset } = element
      const chosen = answer === null ? preset : labelled(element, String(answer))
      const presses = chosen?.value === preset?.value ? 0 : 2
      return { presses, keys: 0, value: { type, selected_option: chosen ?? null } }
    }
    case 'checkboxes': {
      const ticked = [...(answer ?? [])].map((one) => labelled(element, one))
      return { presses: ticked.length, keys: 0, value: { type, selected_options: ticked } }
    }
    case 'datepicker':
      return { presses: 0, keys: 0, value: { type, selected_date: null } }
    default:
      return type satisfies never
  }
}

function labelled({ options }: Element, label: string): Option {
  const found = options.find(({ text }) => text.text.startsWith(label))
  if (!found)
    throw new Error(`Nothing like ${label} among ${options.map(({ text }) => text.text).join(', ')}`)
  return found
}
