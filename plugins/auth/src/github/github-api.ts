import { messageOf } from '@titanforge/core'
import { z } from 'zod'
import { emailAddress } from '../accounts/email-address.js'
import { fullName } from '../accounts/full-name.js'
import type { GithubConfig } from './config.js'
import { GithubProblem } from './github-problem.js'

const LIMIT_MS = 10_000
// A profile has a few kilobytes; whatever is more is none.
const LIMIT_BYTES = 1_000_000

const token = z.object({ access_token: z.string().min(1) })
const user = z.object({
  id: z.int().positive(),
  login: z.string(),
  name: z.string().nullish(),
})
const emails = z.array(z.object({ email: z.string(), verified: z.boolean(), primary: z.boolean() }))

/** Somebody as GitHub knows them. */
export interface GithubUser {
  /** The number of the account, which stays when its name and addresses change. */
  id: string
  name: string | undefined
  /** The primary address, if GitHub has verified it and somebody may have it here. */
  verifiedEmail: string | undefined
}

/** Asks GitHub. The access token is used for this and then forgotten. */
export class GithubApi {
  readonly #config: GithubConfig

  constructor(config: GithubConfig) {
    this.#config = config
  }

  /** Exchanges a code for an access token. @throws GithubProblem `unreachable` */
  async accessToken(params: Record<string, string>): Promise<string> {
    const { clientId, clientSecret, baseUrl } = this.#config
    const body = new URLSearchParams({
      ...params,
      client_id: clientId,
      client_secret: clientSecret,
    })
    const answer = await ask(`${baseUrl}/login/oauth/access_token`, token, { method: 'POST', body })
    return answer.access_token
  }

  /** Who the token is of. @throws GithubProblem `unreachable` */
  async user(accessToken: string): Promise<GithubUser> {
    const { apiUrl } = this.#config
    const headers = { authorization: `Bearer ${accessToken}` }
    const { id, name, login } = await ask(`${apiUrl}/user`, user, { headers })
    const known = await ask(`${apiUrl}/user/emails`, emails, { headers })
    const verified = known.find(({ primary, verified }) => primary && verified)
    // People write what they like there; here it keeps to the rules for everybody.
    return {
      id: String(id),
      name: fullName.safeParse(name).data ?? fullName.safeParse(login).data,
      verifiedEmail: emailAddress.safeParse(verified?.email).data,
    }
  }
}

/** Whatever is not the JSON that GitHub documents is a problem of GitHub's, never of ours. */
async function ask<Answer>(
  url: string,
  schema: z.ZodType<Answer>,
  {
    headers,
    ...init
  }: { headers?: Record<string, string>; method?: string; body?: URLSearchParams },
): Promise<Answer> {
  try {
    const response = await fetch(url, {
      ...init,
      // A redirect could carry the secret elsewhere.
      redirect: 'error',
      signal: AbortSignal.timeout(LIMIT_MS),
      headers: { accept: 'application/json', 'user-agent': 'titanforge', ...headers },
    })
    if (!response.ok) throw new Error(`status ${response.status}`)
    return schema.parse(JSON.parse(await textOf(response)))
  } catch (error) {
    // Without what GitHub sent, which may hold the token.
    const reason = error instanceof z.ZodError ? 'an answer of another shape' : messageOf(error)
    const safe = error instanceof SyntaxError ? 'an answer that is not JSON' : reason
    throw new GithubProblem('unreachable', `${new URL(url).pathname}: ${safe}`)
  }
}

async function textOf(response: Response): Promise<string> {
  const decoder = new TextDecoder()
  let text = ''
  for await (const chunk of response.body ?? []) {
    text += decoder.decode(chunk as Uint8Array, { stream: true })
    if (text.length > LIMIT_BYTES) throw new Error('an answer without end')
  }
  return text
}
