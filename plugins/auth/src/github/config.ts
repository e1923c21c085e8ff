import { z } from 'zod'

const webUrl = z.url({ protocol: /^https?$/ }).transform((url) => url.replace(/\/+$/, ''))

/** Log-in through GitHub; off without a client id. */
export const githubConfig = z
  .strictObject({
    clientId: z.string().min(1).optional(),
    clientSecret: z.string().min(1).optional(),
    /** Another GitHub, such as a GitHub Enterprise Server. */
    baseUrl: webUrl.default('https://github.com'),
    /** Where its API is, if not at its usual place. */
    apiUrl: webUrl.optional(),
  })
  .superRefine(({ clientId, clientSecret }, ctx) => {
    const path = clientId ? 'clientSecret' : 'clientId'
    if (!clientId === !clientSecret) return
    ctx.addIssue({ code: 'custom', path: [path], message: 'is required with the other of the two' })
  })
  .transform(({ clientId, clientSecret, baseUrl, apiUrl = apiOf(baseUrl) }) =>
    clientId && clientSecret ? { clientId, clientSecret, baseUrl, apiUrl } : undefined,
  )

export type GithubConfig = NonNullable<z.infer<typeof githubConfig>>

// GitHub Enterprise Server has its API under the same host.
const apiOf = (baseUrl: string) =>
  baseUrl === 'https://github.com' ? 'https://api.github.com' : `${baseUrl}/api/v3`
