import { CoreErrors } from '../errors/core-errors.js'

/**
 * Gives a handler its time. The signal tells it when that is over; over is over, whether it ends or not:
 * whoever never settles must not hold a connection and its consumer's place for ever.
 *
 * @param cutOffs end the time early, with their reasons.
 * @example
 * await inTime(5, async (late) => (late.aborted ? 'too late' : 'in time')) // 'in time'
 * @throws HANDLER_TIMED_OUT
 */
export async function inTime<Result>(
  seconds: number,
  work: (late: AbortSignal) => Promise<Result>,
  ...cutOffs: readonly AbortSignal[]
): Promise<Result> {
  for (const cutOff of cutOffs) cutOff.throwIfAborted()
  const late = new AbortController()
  const over = Promise.withResolvers<never>()
  const end = (reason: unknown) => {
    late.abort(reason)
    over.reject(reason)
  }
  const expire = () => end(CoreErrors.HANDLER_TIMED_OUT({ seconds }))
  const timer = setTimeout(expire, seconds * 1000)
  const cut = () => end(cutOffs.find(({ aborted }) => aborted)?.reason)
  for (const cutOff of cutOffs) cutOff.addEventListener('abort', cut)
  try {
    return await Promise.race([work(late.signal), over.promise])
  } finally {
    clearTimeout(timer)
    for (const cutOff of cutOffs) cutOff.removeEventListener('abort', cut)
  }
}
