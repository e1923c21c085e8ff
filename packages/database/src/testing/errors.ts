import { defineErrors } from '@titanforge/core'

/** Errors that only tests meet. */
export const TestingErrors = defineErrors({
  WAITED_IN_VAIN: {
    message: (p: { what: string; timeoutMs: number }) =>
      `Waited ${p.timeoutMs} ms for ${p.what}, in vain. Look at what should have brought it about.`,
  },
})
