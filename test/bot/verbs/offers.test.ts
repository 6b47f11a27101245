import { expect, test } from 'vitest'
import { buttonMeaning, isActionTarget } from '../../../bot/verbs/button-meaning.js'
import { offerOf } from '../../../bot/views/refusals/offers.js'
import { parseEnvironmentName } from '../../../domain/identifiers.js'
import { sure } from '../../support/lane.js'
import { releaseId } from '../../support/pipeline-rows.js'
import { SHOP } from '../../support/release-views.js'

test('what is offered with a setup first keeps what was said for the promotion', () => {
  const said = { override: 'the window is for others', reason: 'mended', olderConfirmed: true }
  const offer = offerOf({
    ...{ code: 'setup-required', app: SHOP, environment: sure(parseEnvironmentName('staging')) },
    because: 'never',
    promotion: { candidate: '2026.11.3-rc.1', releaseId: releaseId(1), number: 1, ...said },
  })
  const [target] = offer?.targets ?? []

  expect(target && isActionTarget(target) && buttonMeaning(target)).toMatchObject({
    intent: { kind: 'promote', environment: 'staging', setUp: true, ...said },
  })
})
