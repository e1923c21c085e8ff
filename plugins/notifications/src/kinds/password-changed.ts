import { passwordChanged } from '@titanforge/auth'
import { defineKind } from '../kind.js'
import { plainLetter } from '../plain-letter.js'

/** Tells the owner that the password is another (OWASP ASVS 5, section 6.3.7). */
export const passwordWasChanged = defineKind({
  name: 'password-changed',
  event: passwordChanged,
  businessKey: ({ userId, at }) => `password-changed:${userId}:${at}`,
  wanted: () => true,
  render: (_payload, user, product) =>
    plainLetter(
      {
        subject: `Your password for ${product.productName} was changed`,
        paragraphs: [
          `the password of your account at ${product.productName} was changed, and every other log-in has ended.`,
          'If it was not you, ask for a new password at once, and look at the API keys of your account.',
        ],
      },
      user,
      product,
    ),
})
