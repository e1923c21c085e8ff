import { verificationRequested } from '@titanforge/auth'
import { defineNotice } from '../notice.js'

/** Asks somebody who registered to confirm the address. */
export const verifyAddress = defineNotice({
  name: 'verify-address',
  topic: 'account',
  event: verificationRequested,
  businessKey: ({ linkId }) => `verify-address:${linkId}`,
  wanted: () => true,
  recipient: ({ email }) => email,
  linkId: ({ linkId }) => linkId,
  letter: (_payload, { product: { productName }, link }) => ({
    subject: `Confirm your address for ${productName}`,
    blocks: [
      { paragraph: `Somebody registered at ${productName} with this address.` },
      { action: { label: 'Confirm the address', url: link } },
      {
        paragraph:
          'The link is good for 24 hours. If it was not you, do not open it: without it, nobody can use your address.',
      },
    ],
  }),
})
