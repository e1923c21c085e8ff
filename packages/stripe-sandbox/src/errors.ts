import { defineErrors } from '@titanforge/core'

/** Every error of the sandbox as a program, with its remedy. What it answers are Stripe's errors. */
export const SandboxErrors = defineErrors({
  SANDBOX_FILE_DAMAGED: {
    message: (p: { file: string }) =>
      `${p.file} is damaged. Delete it for a new, empty Stripe; what was in it is lost then.`,
  },
  SANDBOX_FILE_IN_USE: {
    message: (p: { file: string; url: string }) =>
      `${p.file} is kept by the sandbox that answers at ${p.url}. Stop that one, or give this one another file (TITANFORGE_HOME of the bundled server).`,
  },
  SANDBOX_PORT_IN_USE: {
    message: (p: { host: string; port: number }) =>
      `Port ${p.port} of ${p.host} is in use. Stop what uses it, or give the sandbox another one (STRIPE_SANDBOX_PORT of the bundled server).`,
  },
  SANDBOX_OPTIONS_INVALID: {
    message: (p: { problems: string }) => `The sandbox cannot start: ${p.problems}`,
  },
})
