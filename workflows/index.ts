/** Everything in the worker's workflow bundle. */
export { delivery } from './delivery.workflow.js'
export { deployment } from './deployment.workflow.js'
export { environment } from './environment.workflow.js'
export { previews } from './previews.workflow.js'
export { pull } from './pull.workflow.js'
export { release } from './release.workflow.js'
export { train } from './train.workflow.js'
