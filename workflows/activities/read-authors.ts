/** Who wrote what ships: as git says, and as the forge says of what agents wrote and nobody in git merged. */
import {
  type AuthorsInGit,
  type CommitAuthors,
  eachOnce,
  type ForgeCommit,
  type Identities,
  isByAgent,
  MOST_AUTHORS,
} from '../../domain/authorship.js'
import type { CommitSha } from '../../domain/identifiers.js'
import type { Git, PullRequests, RepositoryRef } from '../../domain/ports.js'
import { together } from '../../domain/promises.js'

/** What {@link readAuthors} asks. */
export interface AuthorsNeeds {
  readonly git: Pick<Git, 'authors'>
  /** Null where no forge is configured. */
  readonly pullRequests: Pick<PullRequests, 'mergerOf'> | null
  /** From the current configuration. */
  readonly identities: () => Identities
  /** Called when the forge does not answer: the commits stay without a person who is accountable. */
  readonly onForgeTrouble: (error: unknown) => void
}

/** The newest ones: a rule about authors needs one commit that proves it. */
const MOST_ASKED = 20
/** A person waits for the cut. */
const PATIENCE_MS = 20_000

/** Each group of authors of a range once. Never fails because of the forge. */
export async function readAuthors(
  needs: AuthorsNeeds,
  repository: RepositoryRef,
  { from, to, limit }: { readonly from: CommitSha | null; readonly to: CommitSha; readonly limit: number },
): Promise<readonly CommitAuthors[]> {
  const written = await needs.git.authors(repository, from, to, limit)
  const mergers = await mergersOf(needs, repository, written)
  const authors = written.map(
    ({ onForge, ...known }): CommitAuthors => ({
      ...known,
      merged: known.merged ?? (onForge && mergers.get(onForge.commit)) ?? null,
    }),
  )
  return eachOnce(authors, MOST_AUTHORS)
}

/** As many as the forge says in time, by commit. */
async function mergersOf(
  { pullRequests, identities, onForgeTrouble }: AuthorsNeeds,
  repository: RepositoryRef,
  written: readonly AuthorsInGit[],
): Promise<ReadonlyMap<CommitSha, string>> {
  const mergers = new Map<CommitSha, string>()
  const asked = new Map<CommitSha, ForgeCommit>(
    written
      .filter((one) => isByAgent(identities(), one))
      .flatMap(({ onForge }) => (onForge === undefined ? [] : [[onForge.commit, onForge] as const])),
  )
  if (pullRequests === null || asked.size === 0) return mergers
  const ask = async (one: ForgeCommit): Promise<void> => {
    const merger = await pullRequests.mergerOf(repository, one)
    if (merger !== null) mergers.set(one.commit, merger)
  }
  const answers = [...asked.values()].slice(0, MOST_ASKED).map(ask)
  // One that fails takes nothing from the others.
  await inTime(together(answers)).catch(onForgeTrouble)
  return mergers
}

async function inTime(work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`No answer in ${PATIENCE_MS / 1_000} s`)), PATIENCE_MS)
  })
  try {
    await Promise.race([work, late])
  } finally {
    clearTimeout(timer)
  }
}
