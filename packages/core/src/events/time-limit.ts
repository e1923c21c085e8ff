import { CoreErrors } from '../core-errors.js'

/**
 * Gives a handler its time. The signal tells it when that is over; over is over, whether it ends or not:
 * whoever never settles must not hold a connection and its consumer's place for ever.
 *
 * @example
 * await inTime(5, async (late) => (late.aborted ? 'too late' : 'in time')) // 'in time'
 * @throws HANDLER_TIMED_OUT
 */
export async function inTime<Result>(
  seconds: number,
  work: (late: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const late = new AbortController()
  const over = Promise.withResolvers<never>()
  const expire = () => {
    const reason = CoreErrors.HANDLER_TIMED_OUT({ seconds })
    late.abort(reason)
    over.reject(reason)
  }
  const timer = setTimeout(expire, seconds * 1000)
  try {
    return await Promise.race([work(late.signal), over.promise])
  } finally {
    clearTimeout(timer)
  }
}
