/** Listed by import, not read from a folder, so that a bundle contains them. Names are permanent and define the order. */
import type { Migration } from 'kysely'
import { pipelineTables } from './0001-pipeline.js'
import { ordersTables } from './0002-orders.js'
import { releaseRules } from './0003-release-rules.js'
import { permanentRecords } from './0004-permanent-records.js'
import { githubReports } from './0005-github-reports.js'
import { stageCallbacks } from './0006-stage-callbacks.js'
import { workersTable } from './0007-workers.js'
import { candidateGains } from './0008-candidate-gains.js'
import { linkKey } from './0009-link-key.js'
import { failedTests } from './0010-failed-tests.js'
import { telling } from './0011-telling.js'
import { sentOrders } from './0012-sent-orders.js'
import { messagePlaces } from './0013-message-places.js'
import { auditSeals } from './0014-audit-seals.js'
import { parkedOrders } from './0015-parked-orders.js'
import { closedChannels } from './0016-closed-channels.js'
import { retention } from './0019-retention.js'
import { buildsAlive } from './0020-builds-alive.js'
import { configuredApps } from './0021-configured-apps.js'
import { releaseNotesTable } from './0022-release-notes.js'
import { hostWaits } from './0024-host-waits.js'
import { roomOnDisk } from './0025-room-on-disk.js'
import { installation } from './0028-installation.js'
import { installationId } from './0029-installation-id.js'
import { webhooksHeard } from './0030-webhooks-heard.js'
import { stageHosts } from './0031-stage-hosts.js'

export const migrations: Readonly<Record<string, Migration>> = {
  '0001-pipeline': pipelineTables,
  '0002-orders': ordersTables,
  '0003-release-rules': releaseRules,
  '0004-permanent-records': permanentRecords,
  '0005-github-reports': githubReports,
  '0006-stage-callbacks': stageCallbacks,
  '0007-workers': workersTable,
  '0008-candidate-gains': candidateGains,
  '0009-link-key': linkKey,
  '0010-failed-tests': failedTests,
  '0011-telling': telling,
  '0012-sent-orders': sentOrders,
  '0013-message-places': messagePlaces,
  '0014-audit-seals': auditSeals,
  '0015-parked-orders': parkedOrders,
  '0016-closed-channels': closedChannels,
  '0019-retention': retention,
  '0020-builds-alive': buildsAlive,
  '0021-configured-apps': configuredApps,
  '0022-release-notes': releaseNotesTable,
  '0024-host-waits': hostWaits,
  '0025-room-on-disk': roomOnDisk,
  '0028-installation': installation,
  '0029-installation-id': installationId,
  '0030-webhooks-heard': webhooksHeard,
  '0031-stage-hosts': stageHosts,
}
