/** Answers to questions; they change nothing. */
export { environmentMessage, environmentsMessage } from './read/environment-message.js'
export { helpMessage } from './read/help-message.js'
export { historyMessage } from './read/history-message.js'
export { listMessage } from './read/list-message.js'
export { deploymentLogMessage } from './read/log-message.js'
export { statusMessage } from './read/status-message.js'
export { whereMessage } from './read/where-message.js'
