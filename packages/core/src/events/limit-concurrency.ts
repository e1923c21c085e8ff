interface Waiting {
  begin: () => void
  next?: Waiting
}

/** Makes a function that does work at most so many times at once, in the order in which it was called. */
export function limitConcurrency(most: number) {
  let active = 0
  // A linked list, since taking the first of a long array moves all others.
  let first: Waiting | undefined
  let last: Waiting | undefined
  const turn = () =>
    new Promise<void>((begin) => {
      const one: Waiting = { begin }
      if (last) last.next = one
      else first = one
      last = one
    })
  return async <Result>(work: () => Promise<Result>): Promise<Result> => {
    if (active < most) active++
    else await turn()
    try {
      return await work()
    } finally {
      // Whoever is next takes over the place, so that nobody who comes meanwhile overtakes.
      const next = first
      first = next?.next
      if (!first) last = undefined
      if (next) next.begin()
      else active--
    }
  }
}
