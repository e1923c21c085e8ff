import { defineErrors } from '@titanforge/core'

/** Every error of analytics, with its remedy. */
export const AnalyticsErrors = defineErrors({
  ACCOUNT_UNKNOWN: {
    message: (p: { email: string }) =>
      `There is no account with the address "${p.email}". Check its spelling.`,
  },
})
