/** Interprets a click: as an order, or as a form prefilled from the button. */
import type { DeploymentRef } from '../../../domain/intent.js'
import type { FieldName, FormName, FormPrefill, FormTarget } from '../../commands/form-request.js'
import { form, type IntentDraft, orderFor, type Request } from '../../commands/parsed-command.js'
import { type ButtonTarget, releaseOf } from '../../views/button-target.js'
import type { ButtonReader } from './command.js'

/** Opens a form; `argument` names the field that is prefilled with the button's argument. */
export const opensForm =
  <Form extends FormName>(name: Form, argument?: FieldName): ButtonReader<Form> =>
  (target) =>
    formAbout(
      target,
      name,
      argument === undefined || target.argument === undefined ? {} : { [argument]: target.argument },
    )

/** Gives the order; if the button lacks data for it, opens the form that asks for the rest. */
export const ordersOrOpens =
  <Form extends FormName>(
    name: Form,
    draftOf: (target: ButtonTarget) => IntentDraft | null,
  ): ButtonReader<Form> =>
  (target) => {
    const draft = draftOf(target)
    return draft === null ? formAbout(target, name, {}) : orderFor(draft)
  }

/** Gives the order; a button that lacks data for it is from another version. */
export const orders =
  (draftOf: (target: ButtonTarget) => IntentDraft | null): ButtonReader<never> =>
  (target) => {
    const draft = draftOf(target)
    return draft === null ? null : orderFor(draft)
  }

export const formAbout = <Form extends FormName>(
  { app, releaseId, candidate, deploymentId, environment }: ButtonTarget,
  name: Form,
  given: FormPrefill,
): Request<Form> => {
  const target: FormTarget = {
    ...(releaseId === undefined ? {} : { releaseId }),
    ...(candidate === undefined ? {} : { candidate }),
    ...(deploymentId === undefined ? {} : { deploymentId }),
    ...(environment === undefined ? {} : { environment }),
  }
  return form({ form: name, app, given, target })
}

/** The deployment of a button, or else the one of its release or environment. */
export function deploymentOf(target: ButtonTarget): DeploymentRef | null {
  const { deploymentId, environment } = target
  if (deploymentId !== undefined) return { kind: 'id', deploymentId }
  const release = releaseOf(target)
  if (release) return { kind: 'of-release', release, environment: environment ?? null }
  return environment === undefined ? null : { kind: 'in-environment', environment }
}
