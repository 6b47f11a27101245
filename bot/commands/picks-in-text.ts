/** Finds the pull requests and commits in a message that can be cherry-picked, in order of appearance. */

const MOST = 20

/** Invisible characters that our own messages put between `#` and a number. */
const invisible = /[\u200b-\u200d\u2060\ufeff]/g

/** A pull request by URL or number, or a commit by URL or hash; a hash must contain a letter, so that no number matches. */
const named =
  /\/(?:pull|merge_requests)\/(\d{1,9})\b|(?<![\w&])#(\d{1,9})\b|(?<![\w:])((?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{7,40})\b/gi

/** Each once, as `#12` or the commit's hash. */
export function picksIn(text: string): readonly string[] {
  const found = [...text.replaceAll(invisible, '').matchAll(named)].map(
    ([, address, number, commit = '']) => {
      const pull = address ?? number
      return pull === undefined ? commit.toLowerCase() : `#${pull}`
    },
  )
  return [...new Set(found)].slice(0, MOST)
}
