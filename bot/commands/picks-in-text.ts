/** What a message names that can be picked: pull requests and commits, in the order they stand there. */

const MOST = 20

/** Invisible characters that our own messages put between `#` and a number. */
const invisible = /[\u200b-\u200d\u2060\ufeff]/g

/** A pull request by its address or number; a commit by its address or name, with a letter, so that no number is one. */
const named =
  /\/(?:pull|merge_requests)\/(\d{1,9})\b|(?<![\w&])#(\d{1,9})\b|(?<![\w:])((?=[0-9a-f]*[a-f])(?=[0-9a-f]*[0-9])[0-9a-f]{7,40})\b/gi

/** Each once, as `#12` or the commit's name. */
export function picksIn(text: string): readonly string[] {
  const found = [...text.replaceAll(invisible, '').matchAll(named)].map(
    ([, address, number, commit = '']) => {
      const pull = address ?? number
      return pull === undefined ? commit.toLowerCase() : `#${pull}`
    },
  )
  return [...new Set(found)].slice(0, MOST)
}
