import { CoreErrors } from '../core-errors.js'

/**
 * Gives a handler's slow part its time. Its signal tells it when that is over or the bus stops; over is over,
 * whether it ends or not, so that its event can be given to another attempt.
 *
 * @throws HANDLER_TIMED_OUT
 */
export async function inTime<Result>(
  seconds: number,
  stopping: AbortSignal,
  work: (signal: AbortSignal) => Promise<Result>,
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
    return await Promise.race([work(AbortSignal.any([stopping, late.signal])), over.promise])
  } finally {
    clearTimeout(timer)
  }
}
