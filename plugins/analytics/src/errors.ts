import { defineErrors } from '@titanforge/core'

/** Every error of analytics, with its remedy. */
export const AnalyticsErrors = defineErrors({
  CURSOR_INVALID: {
    status: 422,
    message: () => 'What "after" says is no "next" of a page. Leave it out for the first page.',
  },
  ACCOUNT_UNKNOWN: {
    message: (p: { email: string }) =>
      `There is no account with the address "${p.email}". Check its spelling.`,
  },
})
