import { resetRequested } from '@titanforge/auth'
import { defineNotice } from '../notice.js'

/** Lets somebody who forgot their password set a new one. */
export const resetPassword = defineNotice({
  name: 'reset-password',
  topic: 'account',
  event: resetRequested,
  businessKey: ({ linkId }) => `reset-password:${linkId}`,
  wanted: () => true,
  recipient: ({ email }) => email,
  linkId: ({ linkId }) => linkId,
  letter: (_payload, { product: { productName }, link }) => ({
    subject: `Set a new password for ${productName}`,
    blocks: [
      { paragraph: `Somebody asked for a new password for your account at ${productName}.` },
      { action: { label: 'Set a new password', url: link } },
      {
        paragraph:
          'The link is good for 30 minutes, and once. If it was not you, nothing has changed; you need not do anything.',
      },
    ],
  }),
})
