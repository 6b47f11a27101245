import { CUT } from '../../domain/pipeline.js'
import type { AppOutline } from '../outline.js'
import type { Path, PlacedMistake } from '../problem.js'

/** Checks that the pull requests that cut a release on merge can be identified, and that no checklist item precedes the cut. */
export function checkPullRequests(app: AppOutline, path: Path): PlacedMistake[] {
  return Object.entries(app.types).flatMap(([name, type]) => {
    if (!type.given.includes('pullRequests')) return []
    const mistake = mistakeIn(app, type)
    return mistake === null ? [] : [{ path: [...path, 'types', name, 'pullRequests'], ...mistake }]
  })
}

type TypeOutline = AppOutline['types'][string]

function mistakeIn(
  app: AppOutline,
  { pullRequests, checklist }: TypeOutline,
): Pick<PlacedMistake, 'message' | 'fix'> | null {
  if (app.cut === 'automatic') {
    return {
      message: 'every commit of trunk is already cut by itself',
      fix: 'remove it, or write cut: manual',
    }
  }
  if (pullRequests.labels.length + pullRequests.branches.length === 0) {
    return { message: 'names no pull request', fix: 'write for example { labels: [hotfix] }' }
  }
  if (checklist && app.checklist.some(({ before }) => before === CUT)) {
    return {
      message: 'a merged pull request cuts at once, and the checklist has items before the cut',
      fix: 'write checklist: false for this type, or remove before: cut',
    }
  }
  return null
}
