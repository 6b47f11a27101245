/** Lets the SDK download the matching Temporal server: `temporal-download <folder>`. */
import { TestWorkflowEnvironment } from '@temporalio/testing'
import { z } from 'zod'

const [downloadDir] = z.tuple([z.string().min(1)]).parse(process.argv.slice(2))
// The SDK has no call that only downloads; the server it starts ends with this process.
const environment = await TestWorkflowEnvironment.createLocal({
  server: { executable: { type: 'cached-download', downloadDir } },
})
await environment.teardown()
