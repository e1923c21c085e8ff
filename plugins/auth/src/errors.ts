import { defineErrors } from '@titanforge/core'

/** Every error of the auth plugin, with its remedy. */
export const AuthErrors = defineErrors({
  CREDENTIALS_INVALID: {
    status: 401,
    // The same for an unknown address, a wrong password and a disabled account.
    message: () => 'The e-mail address or the password is wrong. Check both and try again.',
  },
})
