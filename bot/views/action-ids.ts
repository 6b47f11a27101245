/** The one prefix of every button and menu of ours: the router takes what starts with it and nothing else. */
export const ACTION_PREFIX = 'rel.v1.'

/** The action id of a verb. The digit rises when a verb's meaning changes, so that old buttons are told apart. */
export function actionId(verb: string): string {
  return `${ACTION_PREFIX}${verb}`
}
