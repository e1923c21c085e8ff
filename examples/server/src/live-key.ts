/**
 * Whether a Stripe key is for real money: a secret key, or a restricted one, as Stripe advises for servers.
 *
 * @see https://docs.stripe.com/keys
 */
export const isLiveKey = (key: string | undefined): boolean => /^[sr]k_live_/.test(key ?? '')
