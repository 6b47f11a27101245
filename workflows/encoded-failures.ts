/** With encryption: failures carry their message and stack trace in a payload, which a codec encrypts, not as plain text. */
import { DefaultFailureConverter } from '@temporalio/common'

export const failureConverter = new DefaultFailureConverter({ encodeCommonAttributes: true })
