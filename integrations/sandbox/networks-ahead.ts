import { awaitedLater } from '../../domain/promises.js'
import type { BwrapConfinement } from './confinement.js'
import { type OwnNetwork, openNetwork } from './own-network.js'

/** The networks of commands, of which one may be made ahead, while the command's files are still being prepared. */
export interface Networks {
  /** Begins to make the network of the next command, unless it is begun. */
  foresee(confinement: BwrapConfinement): void
  /** As {@link openNetwork}: the one made ahead if the command is to have just that one. */
  open(confinement: BwrapConfinement, note: (text: string) => void): Promise<OwnNetwork | null>
}

/** Later its rules might be out of date: they name addresses. */
const USABLE_MS = 10_000

interface Ahead {
  readonly key: string
  readonly opening: Promise<OwnNetwork | null>
  isLost: boolean
  note: (text: string) => void
}

export function createNetworks(): Networks {
  let ahead: Ahead | null = null
  const take = (): Ahead | null => {
    const taken = ahead
    ahead = null
    return taken
  }
  const drop = (dropped: Ahead | null): void =>
    void Promise.allSettled([dropped?.opening.then((network) => network?.close())])
  return {
    foresee(confinement) {
      const key = keyOf(confinement)
      if (ahead?.key === key && !ahead.isLost) return
      drop(take())
      const made: Ahead = {
        key,
        opening: awaitedLater(openNetwork(confinement, (text) => made.note(text))),
        isLost: false,
        note: () => {
          made.isLost = true
        },
      }
      ahead = made
      setTimeout(() => {
        if (ahead === made) drop(take())
      }, USABLE_MS).unref()
    },
    open(confinement, note) {
      const made = take()
      if (made?.key === keyOf(confinement) && !made.isLost) {
        made.note = note
        // What failed ahead may have passed, such as a name that could not be resolved.
        return made.opening.catch(() => openNetwork(confinement, note))
      }
      drop(made)
      return openNetwork(confinement, note)
    },
  }
}

/** What a network depends on. */
const keyOf = ({ tools, uid, network, ports, closed }: BwrapConfinement): string =>
  JSON.stringify([tools, uid, network, ports, closed])
