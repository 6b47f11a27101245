import type { InputBlock, ModalView } from '@slack/types'
import type { FieldName } from '../../bot/commands/form-request.js'
import { FIELD_ACTION } from '../../bot/interactions/form-view.js'

export const inputs = (view: ModalView): InputBlock[] =>
  view.blocks.filter((block): block is InputBlock => block.type === 'input')

/** What Slack submits when a person fills in these fields. */
export function filled(
  values: Readonly<Partial<Record<FieldName, string>>>,
  view: ModalView,
): Record<string, unknown> {
  return Object.fromEntries(
    inputs(view).map(({ block_id, element }) => {
      const value = Object.entries(values).find(([name]) => name === block_id)?.[1] ?? null
      const answer =
        element.type === 'static_select'
          ? { type: element.type, selected_option: value === null ? null : { value } }
          : element.type === 'checkboxes'
            ? {
                type: element.type,
                selected_options: (value ?? '').split(' ').map((one) => ({ value: one })),
              }
            : element.type === 'datepicker'
              ? { type: element.type, selected_date: value }
              : { type: element.type, value }
      return [block_id, { [FIELD_ACTION]: answer }]
    }),
  )
}
