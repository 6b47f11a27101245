import type { KnownBlock } from '@slack/types'
import { type ButtonTarget, buttonId } from './button-target.js'
import type { MessageWithButtons } from './message.js'

/** The message without some of its buttons; rows left empty are removed. */
export function withoutButtons(
  message: MessageWithButtons,
  left: readonly ButtonTarget[],
): MessageWithButtons {
  const ids = new Set(left.map(buttonId))
  return {
    ...message,
    blocks: message.blocks.flatMap((block) => pruned(block, ids) ?? []),
    buttons: message.buttons.filter((target) => !ids.has(buttonId(target))),
  }
}

function pruned(block: KnownBlock, ids: ReadonlySet<string>): KnownBlock | null {
  if (block.type === 'section' && block.accessory !== undefined && isOf(block.accessory, ids)) {
    const { accessory: _, ...rest } = block
    return rest
  }
  if (block.type !== 'actions') return block
  const elements = block.elements.filter((element) => !isOf(element, ids))
  return elements.length === 0 ? null : { ...block, elements }
}

const isOf = (element: object, ids: ReadonlySet<string>): boolean =>
  'value' in element && typeof element.value === 'string' && ids.has(element.value)
