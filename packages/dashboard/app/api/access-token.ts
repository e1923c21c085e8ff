// The access token is kept in memory alone, where no stored script finds it later; what keeps a browser
// logged in is the refresh cookie, which no script can read.
let token: string | undefined
let renewal: Promise<string | undefined> | undefined

export const currentToken = (): string | undefined => token

export function keepToken(next: string | undefined): void {
  token = next
}

/** A new access token for the refresh cookie; undefined where nobody is logged in. */
export const renewToken = (): Promise<string | undefined> =>
  (renewal ??= renew().finally(() => (renewal = undefined)))

async function renew(): Promise<string | undefined> {
  // A refresh token is good once, so tabs take turns.
  token = await navigator.locks.request('titanforge.refresh', async () => {
    const response = await fetch('/api/auth/refresh', { method: 'POST' })
    if (response.status === 401) return undefined
    if (!response.ok) throw new Error(`The log-in could not be renewed: ${response.status}`)
    return ((await response.json()) as { accessToken: string }).accessToken
  })
  return token
}
