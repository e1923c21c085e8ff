import { z } from 'zod'

export const config = z.object({
  /** A PostgreSQL URL; without one, an embedded PostgreSQL keeps its data in `directory`. */
  url: z
    .string()
    .refine(
      (url) => /^postgres(ql)?:\/\//.test(url),
      'must be a URL such as postgres://user:password@host:5432/name',
    )
    .optional(),
  directory: z.string().min(1).default('.titanforge/postgres'),
  /** Connections of this process. */
  poolSize: z.coerce.number().int().min(1).max(200).default(10),
})
