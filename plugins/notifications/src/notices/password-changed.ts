import { passwordChanged } from '@titanforge/auth'
import { defineNotice } from '../notice.js'

/** Tells the owner that the password is another (OWASP ASVS 5, section 6.3.7). */
export const passwordWasChanged = defineNotice({
  name: 'password-changed',
  topic: 'account',
  event: passwordChanged,
  businessKey: ({ userId, at }) => `password-changed:${userId}:${at}`,
  wanted: () => true,
  letter: (_payload, { product: { productName } }) => ({
    subject: `Your password for ${productName} was changed`,
    blocks: [
      {
        paragraph: `The password of your account at ${productName} was changed, and every other log-in has ended.`,
      },
      {
        paragraph:
          'If it was not you, ask for a new password at once, and look at the API keys of your account.',
      },
    ],
  }),
})
