import { knowAcrossCopies } from '../errors/across-copies.js'

/**
 * Thrown by a handler when what it needs is away for a while, such as a provider that answers 429.
 * The event is delivered again after the pause; this never counts towards its dead letter.
 *
 * @example
 * const sold = defineEvent({ name: 'shop.sold', version: 1, schema: z.string() })
 * const price = async (_product: string) => undefined // an exchange that is closed
 * on(sold, 'shop.price', async ({ payload }) => {
 *   if ((await price(payload)) === undefined) throw new RetryLater(60, 'the exchange is closed')
 * })
 */
export class RetryLater extends Error {
  static {
    knowAcrossCopies(this, 'RetryLater')
  }

  override readonly name = 'RetryLater'

  constructor(
    /** Seconds to wait. */
    readonly seconds: number,
    reason: string,
    options?: { cause?: unknown },
  ) {
    super(reason, options)
  }
}
