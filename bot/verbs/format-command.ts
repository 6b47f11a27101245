/** Formats an order as the equivalent command, for echoes and suggestions that people can copy. */
import type { DraftOf, IntentDraft, OrderKind } from '../commands/parsed-command.js'
import { joinWords, type Words } from './common/command-words.js'
import { orderOf } from './table.js'

/** The words after the command's name. What only a button can express is left out. */
export const formatCommand = (draft: IntentDraft): string => joinWords(wordsOf(draft.kind, draft))

/** Pairs a kind with its own draft, as {@link IntentDraft} guarantees. */
const wordsOf = <Kind extends OrderKind>(kind: Kind, draft: DraftOf<Kind>): Words =>
  orderOf(kind).write(draft)
