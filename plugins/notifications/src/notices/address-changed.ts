import { emailChanged } from '@titanforge/auth'
import { defineNotice } from '../notice.js'

/** Tells the old address that the account has moved (OWASP ASVS 5, section 6.3.7). */
export const addressChanged = defineNotice({
  name: 'address-changed',
  topic: 'account',
  event: emailChanged,
  businessKey: ({ userId, at }) => `address-changed:${userId}:${at}`,
  wanted: () => true,
  recipient: ({ from }) => from,
  letter: ({ to }, { product: { productName } }) => ({
    subject: `Your address for ${productName} was changed`,
    blocks: [
      { paragraph: `Your account at ${productName} has a new address: ${to}.` },
      { paragraph: 'If it was not you, tell us at once: somebody else has your account.' },
    ],
  }),
})
