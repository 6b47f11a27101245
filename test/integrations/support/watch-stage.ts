/* A worker in miniature, to be killed: watches one stage, given as JSON, and prints its report. */
import { createShellRunner } from '../../../integrations/stage-runners/shell-runner.js'
import { recordContact, shellOrder } from './stage-contacts.js'

const [dataFolder = '', workspace = '', command = ''] = process.argv.slice(2)
// The stage lasts until its test lets it end, however long four starts of a worker take.
const NO_LIMIT = { timeoutMs: 3_600_000 }
const runner = createShellRunner({
  ...{ dataFolder, baseVariables: { PATH: '/usr/local/bin:/usr/bin:/bin' } },
})
const contact = recordContact()
const report = await runner.execute(shellOrder(workspace, command, NO_LIMIT), {
  ...contact,
  log: async (offset, text) => {
    if (offset === 0) process.stdout.write('watching')
    await contact.log(offset, text)
  },
})
process.stdout.write(JSON.stringify(report))
