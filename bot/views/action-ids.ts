/** The prefix of all our buttons and menus: the router handles only action ids that start with it. */
export const ACTION_PREFIX = 'rel.v1.'

/** The action id of a verb. The digit rises when a verb's meaning changes, so that old buttons can be recognised. */
export function actionId(verb: string): string {
  return `${ACTION_PREFIX}${verb}`
}
