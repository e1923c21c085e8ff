import { z } from 'zod'

export const config = z.strictObject({
  /** What the application is called. */
  title: z.string().min(1).default('TitanForge'),
  /** Whether people can log in through GitHub. */
  github: z.boolean().default(false),
})

export type DashboardConfig = z.infer<typeof config>
