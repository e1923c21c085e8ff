import { z } from 'zod'

export const config = z.object({
  /** Where people reach the application; mails link to it. */
  publicUrl: z.url({ protocol: /^https?$/ }).optional(),
  productName: z
    .string()
    .regex(/^\P{Cc}+$/u, 'must be one line')
    .default('TitanForge'),
})
export type Product = z.infer<typeof config>
