import { EventErrors } from '../errors.js'

/**
 * The work's result, or a rejection after the time. Whoever never settles must not hold a connection and
 * its consumer's place for ever.
 *
 * @throws HANDLER_TIMED_OUT
 */
export async function within<Result>(seconds: number, work: Promise<Result>): Promise<Result> {
  const late = Promise.withResolvers<never>()
  const expire = () => late.reject(EventErrors.HANDLER_TIMED_OUT({ seconds }))
  const timer = setTimeout(expire, seconds * 1000)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}
