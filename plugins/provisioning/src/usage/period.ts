/** A calendar month, UTC. */
export interface Period {
  start: Date
  /** The first moment that is no longer in it. */
  end: Date
}

/** The month in which limits count at a moment: everybody's, whatever they pay for and when. */
export function periodOf(at: Date): Period {
  const [year, month] = [at.getUTCFullYear(), at.getUTCMonth()]
  return { start: new Date(Date.UTC(year, month)), end: new Date(Date.UTC(year, month + 1)) }
}

/** Whole seconds to the end of a period, at least one. */
export const secondsLeft = ({ end }: Period, at: Date): number =>
  Math.max(1, Math.ceil((end.getTime() - at.getTime()) / 1000))
