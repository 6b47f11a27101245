/** The buttons that page through a long answer. */
import type { Button } from '@slack/types'
import type { AppName } from '../../../domain/identifiers.js'
import { button } from '../blocks.js'
import { type ButtonTarget, buttonId } from '../button-target.js'

/** Asks the same question for another page, as the command would. */
export function pageButton(
  label: string,
  page: number,
  { app, command }: { readonly app: AppName; readonly command: string },
): { readonly target: ButtonTarget; readonly element: Button } {
  const target: ButtonTarget = { verb: 'run', app, argument: `${command} --page ${page}` }
  return {
    target,
    element: button({ verb: 'run', label, says: `${label}: page ${page}`, value: buttonId(target) }),
  }
}
