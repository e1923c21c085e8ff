import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'

export const CLIENT = { clientId: 'a-client-id', clientSecret: 'a client secret of the tests' }

export interface GithubAccount {
  id: number
  login: string
  name?: string
  emails: { email: string; verified: boolean; primary: boolean }[]
}

/** What the stand-in answers at a path, instead of what GitHub would. */
type Fault = (response: ServerResponse) => void

export interface GithubStandIn {
  url: string
  /** Who is logged in at GitHub, in every browser. */
  account: GithubAccount
  /** Whether that person says no. */
  refuses: boolean
  faults: Map<string, Fault>
  /** Every secret that it gave out. */
  secrets: string[]
  close(): Promise<void>
}

interface Grant {
  challenge: string
  redirectUri: string
  account: GithubAccount
}

/**
 * GitHub's part of the protocol: the web application flow with PKCE, and the two paths of its API.
 *
 * @see https://docs.github.com/en/apps/oauth-apps/building-oauth-apps/authorizing-oauth-apps
 */
export async function startGithub(): Promise<GithubStandIn> {
  const codes = new Map<string, Grant>()
  const tokens = new Map<string, GithubAccount>()
  const standIn: GithubStandIn = {
    url: '',
    account: { id: 1, login: 'nobody', emails: [] },
    refuses: false,
    faults: new Map(),
    secrets: [],
    close: async () => undefined,
  }
  const give = (kind: string) => {
    const secret = `${kind}_${randomBytes(16).toString('hex')}`
    standIn.secrets.push(secret)
    return secret
  }

  const routes: Record<string, (request: IncomingMessage, response: ServerResponse) => unknown> = {
    'GET /login/oauth/authorize'(request, response) {
      const { searchParams } = new URL(request.url ?? '', 'http://github')
      const value = (name: string) => searchParams.get(name) ?? ''
      const back = new URL(value('redirect_uri'))
      back.searchParams.set('state', value('state'))
      const isPkce = value('code_challenge_method') === 'S256' && value('code_challenge') !== ''
      if (value('client_id') !== CLIENT.clientId || !isPkce) return void json(response, 404, {})
      if (standIn.refuses) back.searchParams.set('error', 'access_denied')
      else {
        const code = give('code')
        const { account } = standIn
        codes.set(code, {
          challenge: value('code_challenge'),
          redirectUri: value('redirect_uri'),
          account,
        })
        back.searchParams.set('code', code)
      }
      response.writeHead(302, { location: back.href }).end()
    },
    async 'POST /login/oauth/access_token'(request, response) {
      const form = new URLSearchParams(await text(request))
      const grant = codes.get(form.get('code') ?? '')
      codes.delete(form.get('code') ?? '')
      const challenge = createHash('sha256')
        .update(form.get('code_verifier') ?? '')
        .digest('base64url')
      const isGood =
        form.get('client_id') === CLIENT.clientId &&
        form.get('client_secret') === CLIENT.clientSecret &&
        form.get('redirect_uri') === grant?.redirectUri &&
        challenge === grant.challenge
      // GitHub tells of errors with status 200.
      if (!grant || !isGood) return void json(response, 200, { error: 'bad_verification_code' })
      const token = give('gho')
      tokens.set(token, grant.account)
      json(response, 200, { access_token: token, token_type: 'bearer', scope: 'user:email' })
    },
    'GET /api/v3/user'(request, response) {
      const account = owner(request)
      if (!account) return void json(response, 401, { message: 'Bad credentials' })
      const { id, login, name = null, emails } = account
      // The public address is what people typed, verified or not.
      json(response, 200, { id, login, name, email: emails[0]?.email ?? null })
    },
    'GET /api/v3/user/emails'(request, response) {
      const account = owner(request)
      if (!account) return void json(response, 401, { message: 'Bad credentials' })
      json(
        response,
        200,
        account.emails.map((email) => ({ ...email, visibility: 'private' })),
      )
    },
  }
  const owner = (request: IncomingMessage) =>
    tokens.get(/^Bearer (.+)$/.exec(request.headers.authorization ?? '')?.[1] ?? '')

  const server = createServer((request, response) => {
    const path = (request.url ?? '').split('?')[0] ?? ''
    const fault = standIn.faults.get(path)
    if (fault) {
      fault(response)
      return
    }
    const serve = routes[`${request.method} ${path}`]
    if (serve) void serve(request, response)
    else json(response, 404, {})
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  standIn.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  standIn.close = async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  }
  return standIn
}

function json(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body))
}
