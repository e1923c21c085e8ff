import { resetRequested } from '@titanforge/auth'
import { defineKind } from '../kind.js'
import { plainLetter } from '../plain-letter.js'

/** Lets somebody who forgot their password set a new one. */
export const resetPassword = defineKind({
  name: 'reset-password',
  event: resetRequested,
  businessKey: ({ linkId }) => `reset-password:${linkId}`,
  wanted: () => true,
  recipient: ({ email }) => email,
  linkId: ({ linkId }) => linkId,
  render: (_payload, user, product, url = '') =>
    plainLetter(
      {
        subject: `Set a new password for ${product.productName}`,
        paragraphs: [
          `somebody asked for a new password for your account at ${product.productName}.`,
        ],
        action: { url, label: 'Set a new password' },
        afterwards: [
          'The link is good for 30 minutes, and once. If it was not you, nothing has changed; you need not do anything.',
        ],
      },
      user,
      product,
    ),
})
