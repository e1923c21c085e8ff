import type { AccountLinks } from './contract.js'
import type { OneTimeTokens } from './tokens/one-time-tokens.js'

/**
 * Links to the pages of this plugin. The token stands after the `#`, which browsers send to no server, so
 * that no log and no `Referer` has it. The host is the configured one, never that of a request.
 */
export const accountLinks = (tokens: OneTimeTokens, publicUrl: () => string): AccountLinks => ({
  async find(linkId) {
    const found = await tokens.find(linkId)
    return found && `${publicUrl()}/auth/${PAGES[found.purpose]}#${found.token}`
  },
})

const PAGES = { verify: 'verify', reset: 'reset', change_email: 'email' } as const
