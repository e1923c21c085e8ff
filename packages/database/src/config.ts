import { z } from 'zod'
import { problemOfAddress } from './connections/address.js'

const address = z.string().superRefine((value, check) => {
  const message = problemOfAddress(value)
  if (message) check.addIssue({ code: 'custom', message })
})

const seconds = z.coerce.number().min(0.1).max(86_400)
const connections = z.coerce.number().int().min(1).max(200)

export const config = z.strictObject({
  /** A PostgreSQL URL; without one, an embedded PostgreSQL keeps its data in `directory`. */
  url: address.optional(),
  /** Where reports read, such as a replica; the same database if left out. */
  readUrl: address.optional(),
  directory: z.string().min(1).default('.titanforge/postgres'),
  /** Connections of this process. */
  poolSize: connections.default(10),
  /** More connections, for reports only. */
  readPoolSize: connections.default(2),
  /** How long somebody waits for a connection while all are in use. */
  acquireSeconds: seconds.default(10),
  /** How long connecting may take. */
  connectSeconds: seconds.default(5),
  /** How long a statement may take, before PostgreSQL breaks it off. Migrations may take any time. */
  statementSeconds: seconds.default(60),
  /** Who migrates: a start, or the command `migrate`; then a start on an older schema is refused. */
  migrate: z.enum(['on-start', 'by-command']).default('on-start'),
})
