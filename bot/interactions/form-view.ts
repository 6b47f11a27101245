/** Draws a form. */
import type { InputBlock, KnownBlock, ModalView, PlainTextOption } from '@slack/types'
import type { FormOrigin } from '../commands/form-request.js'
import type { Choice, Field, FormSubject } from '../verbs/common/form-spec.js'
import { formOf } from '../verbs/table.js'
import { plain, section } from '../views/blocks.js'
import { clip, escapeText } from '../views/escape.js'
import { formatMetadata } from './form-metadata.js'

/** Shared by all forms; the metadata says which form it is. */
export const FORM_CALLBACK = 'rel.v1.form'
/** The action id of every field; the block id is the field's name. */
export const FIELD_ACTION = 'value'

const OPTION = 75
const OPTIONS = 100
const TICKS = 10

/** The form, prefilled with all known values. */
export function formView(subject: FormSubject, origin: FormOrigin): ModalView {
  const { request, app } = subject
  const spec = formOf(request.form)
  const about = request.subject ?? (request.form === 'which-app' ? request.given.words : app.name) ?? app.name
  const blocks: KnownBlock[] = [
    section(`*${escapeText(about)}*`),
    ...(subject.text ? [section(subject.text)] : []),
    ...spec
      .fields(subject)
      .map((field) => inputOf(field, subject.typed?.[field.name] ?? request.given[field.name] ?? null)),
  ]
  return {
    type: 'modal',
    callback_id: FORM_CALLBACK,
    title: plain(spec.title),
    submit: plain(spec.submit),
    close: plain('Cancel'),
    private_metadata: formatMetadata({ request, origin }),
    blocks,
  }
}

/** Replaces a form that this version can no longer read. */
export function outdatedFormView(command: string): ModalView {
  return {
    type: 'modal',
    title: plain('Nothing was done'),
    close: plain('Close'),
    blocks: [
      section(
        `This form is of an older version of me, so I did nothing. Ask again: \`${escapeText(command)} help\``,
      ),
    ],
  }
}

function inputOf(field: Field, given: string | null): InputBlock {
  const { name, label, required, hint } = field
  return {
    type: 'input',
    block_id: name,
    label: plain(clip(label, 200)),
    // A prefilled field cannot be optional: some workspaces do not tell an emptied field from an untouched one.
    optional: !required && given === null,
    ...(hint === undefined ? {} : { hint: plain(hint) }),
    element: elementOf(field, given),
  }
}

function elementOf(field: Field, given: string | null): InputBlock['element'] {
  const { kind, placeholder, most = 3_000 } = field
  const hint =
    placeholder === undefined || placeholder === '' ? {} : { placeholder: plain(clip(placeholder, 150)) }
  switch (kind) {
    case 'choice':
      return selectOf(field.choices ?? [], given)
    case 'ticks':
      return ticksOf(field.choices ?? [])
    case 'date':
      return {
        type: 'datepicker',
        action_id: FIELD_ACTION,
        ...(given === null ? {} : { initial_date: given }),
      }
    case 'line':
    case 'text':
      return {
        type: 'plain_text_input',
        action_id: FIELD_ACTION,
        multiline: kind === 'text',
        max_length: Math.min(most, 3_000),
        ...hint,
        ...(given === null ? {} : { initial_value: clip(given, most) }),
      }
    default:
      return kind satisfies never
  }
}

function selectOf(choices: readonly Choice[], given: string | null): InputBlock['element'] {
  const options: PlainTextOption[] = choices
    .slice(0, OPTIONS)
    .map(({ value, label }) => ({ value, text: plain(clip(label, OPTION)) }))
  const initial = options.find(({ value, text }) => value === given || text.text === given)
  return {
    type: 'static_select',
    action_id: FIELD_ACTION,
    // Slack rejects a select without options.
    options: options.length > 0 ? options : [{ value: '-', text: plain('nothing to choose') }],
    ...(initial === undefined ? {} : { initial_option: initial }),
  }
}

function ticksOf(choices: readonly Choice[]): InputBlock['element'] {
  return {
    type: 'checkboxes',
    action_id: FIELD_ACTION,
    options: choices.slice(0, TICKS).map(({ value, label, more }) => ({
      value,
      text: plain(clip(label, OPTION)),
      ...(more === undefined ? {} : { description: plain(clip(more, OPTION)) }),
    })),
  }
}
