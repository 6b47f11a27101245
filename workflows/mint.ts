import { uuid4 } from '@temporalio/workflow'
import {
  type DeploymentId,
  parseDeploymentId,
  parseReleaseId,
  type ReleaseId,
} from '../domain/identifiers.js'

/** A new id, the same in every replay. */
export function mintDeployment(): DeploymentId {
  return minted(parseDeploymentId(`dep_${ulidLike()}`))
}

/** Like {@link mintDeployment}. */
export function mintRelease(): ReleaseId {
  return minted(parseReleaseId(`rel_${ulidLike()}`))
}

const ulidLike = (): string => uuid4().replaceAll('-', '').toUpperCase().slice(0, 26)

function minted<Id>(id: Id | null): Id {
  if (id === null) throw new Error('A minted id does not parse')
  return id
}
