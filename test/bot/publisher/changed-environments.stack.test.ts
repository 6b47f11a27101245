import { afterAll, beforeAll, expect, test } from 'vitest'
import { watchEnvironments } from '../../../bot/publisher/changed-environments.js'
import { createPlanReminders } from '../../../bot/publisher/jobs/plan-reminders.js'
import { createReconciler } from '../../../bot/publisher/jobs/reconcile.js'
import { createSweep } from '../../../bot/publisher/jobs/reminders.js'
import { saveApps } from '../../../db/repositories/apps.js'
import { saveEnvironments } from '../../../db/repositories/save-environments.js'
import type { AppName } from '../../../domain/identifiers.js'
import { anApp } from '../../support/app-definition.js'
import { countStatements } from '../../support/counted-statements.js'
import { type ReadyDatabase, readyDatabase } from '../../support/open-database.js'
import {
  aDeployment,
  anEnvironment,
  at,
  change,
  channel,
  deploymentId,
  shop,
} from '../../support/pipeline-rows.js'
import { silent } from '../fake-bot.js'

let database: ReadyDatabase
beforeAll(async () => {
  database = await readyDatabase()
})
afterAll(() => database.close())

const definition = { ...anApp(), name: shop, channel }
const never = async (): Promise<never> => {
  throw new Error('nobody asks for it')
}

test('[P.6] only environments of which something was written are looked at again', async () => {
  const { db } = database
  const looked: string[] = []
  let fails = true
  const watch = watchEnvironments(db, () => [definition], [
    async (view, place) => void looked.push(`${view.name} in ${place}`),
    async () => {
      if (fails) throw new Error('away')
    },
  ])
  await saveEnvironments(db, [definition])
  await watch()
  expect(looked).toEqual([])

  await change(db, { environment: anEnvironment('staging') })
  await expect(watch()).rejects.toThrow('away')
  fails = false
  await watch()
  await watch()
  expect(looked).toEqual([`staging in ${channel}`, `staging in ${channel}`])

  await change(db, { environment: anEnvironment('integration') })
  await change(db, {
    newDeployments: [aDeployment(deploymentId(1), 'staging')],
    events: [
      {
        ...{ kind: 'deployment.prepared', at, actor: definition.name as never, releaseId: null },
        ...{ deploymentId: deploymentId(1), environment: 'staging', facts: {} },
      } as never,
    ],
  })
  await watch()
  expect(looked.slice(2).toSorted()).toEqual([`integration in ${channel}`, `staging in ${channel}`])
})

test('[P.6] what the leader asks again and again takes as many statements for 50 apps as for one', async () => {
  const { db, of } = countStatements(database.db)
  const appsOf = (count: number) =>
    [...Array(count).keys()].map((index) => ({ ...definition, name: `app-${index}` as AppName }))
  const many = appsOf(50)
  await saveApps(db, many, at)
  await saveEnvironments(db, many)
  const now = (): Date => new Date(at)
  const gateway = {
    ...{ findEnvironmentState: never, wake: never, refresh: never, restart: never, readRelease: never },
    ...{ restoreRelease: never, report: never, findTrain: never, configureTrain: never },
  }

  const asked = async (count: number): Promise<readonly number[]> => {
    const apps = () => many.slice(0, count)
    const jobs = [
      watchEnvironments(db, apps, []),
      createSweep(db, gateway, { apps, now, log: silent }).run,
      createPlanReminders(db, { openDirect: never }, { apps, now, log: silent }).run,
      createReconciler({
        db,
        gateway,
        apps,
        trains: async () => [],
        releaseState: async () => null,
        log: silent,
      }),
    ]
    const counts: number[] = []
    for (const job of jobs) counts.push(await of(job))
    return counts
  }

  expect(await asked(50)).toEqual(await asked(1))
})
