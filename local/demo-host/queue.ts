/** Runs the tasks of one name one after the other, those of different names side by side. */
export function createQueues(): <T>(name: string, task: () => Promise<T>) => Promise<T> {
  const tails = new Map<string, Promise<unknown>>()
  return async (name, task) => {
    const before = tails.get(name) ?? Promise.resolve()
    const turn = before.then(task, task)
    tails.set(name, turn)
    return turn
  }
}
