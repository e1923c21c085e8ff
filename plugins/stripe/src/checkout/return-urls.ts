import type { StripeConfig } from '../config.js'
import { StripeErrors } from '../errors.js'

type Config = Pick<StripeConfig, 'publicUrl' | 'allowedOrigins'>

/** Where Stripe's pages may lead back to: addresses of ours, and of nobody else. */
export class ReturnUrls {
  /** @param listeningAt where the application listens, for want of a configured address. */
  constructor(
    private readonly config: Config,
    private readonly listeningAt: () => string,
  ) {}

  /**
   * The address asked for, or else the page at `path` of ours.
   *
   * @throws RETURN_URL_FOREIGN
   */
  choose(asked: string | undefined, path: string): URL {
    const home = this.config.publicUrl ?? this.listeningAt()
    if (asked === undefined) return new URL(`${home.replace(/\/+$/, '')}${path}`)
    const allowed = [home, ...this.config.allowedOrigins].map((url) => new URL(url).origin)
    const url = URL.canParse(asked) ? new URL(asked) : undefined
    // What is before an @ is no origin, but people read it as one.
    if (!url || url.username || url.password || !allowed.includes(url.origin))
      throw StripeErrors.RETURN_URL_FOREIGN({ allowed })
    return url
  }
}
