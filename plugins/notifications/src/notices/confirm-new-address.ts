import { emailChangeRequested } from '@titanforge/auth'
import { defineNotice } from '../notice.js'

/** Asks at the new address whether the account is to move there. */
export const confirmNewAddress = defineNotice({
  name: 'confirm-new-address',
  topic: 'account',
  event: emailChangeRequested,
  businessKey: ({ linkId }) => `confirm-new-address:${linkId}`,
  wanted: () => true,
  recipient: ({ email }) => email,
  linkId: ({ linkId }) => linkId,
  letter: (_payload, { product: { productName }, link }) => ({
    subject: `Confirm your new address for ${productName}`,
    blocks: [
      { paragraph: `An account at ${productName} is to move to this address.` },
      { action: { label: 'Confirm the new address', url: link } },
      { paragraph: 'The link is good for an hour. If it was not you, do not open it.' },
    ],
  }),
})
