import { noteSecret, noteSecretsIn } from './secrets-used.js'

/** What a server answered. */
export interface Answered {
  status: number
  headers: Headers
  text: string
  /** The text as JSON; undefined where it is none. */
  body: Record<string, unknown> & { error?: { code: string; message: string; details?: unknown } }
}

export interface Ask {
  method?: string
  body?: unknown
  /** An access token or an API key. */
  token?: string | undefined
  headers?: Record<string, string>
}

/** A program that keeps the cookies it is given, as a browser does, and follows no redirect. */
export class Browser {
  readonly cookies = new Map<string, string>()

  /** @param url where the server is: what a path is asked of. */
  constructor(private readonly url: string) {}

  async ask(path: string, { method, body, token, headers = {} }: Ask = {}): Promise<Answered> {
    noteSecretsIn(body)
    noteSecret(token)
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
    const response = await fetch(new URL(path, this.url), {
      method: method ?? (body === undefined ? 'GET' : 'POST'),
      redirect: 'manual',
      body: body === undefined ? null : JSON.stringify(body),
      headers: {
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
        ...(cookie !== '' && { cookie }),
        ...headers,
      },
    })
    for (const line of response.headers.getSetCookie()) this.#keep(line)
    const text = await response.text()
    const answer = parse(text)
    noteSecretsIn(answer)
    return { status: response.status, headers: response.headers, text, body: answer }
  }

  #keep(line: string): void {
    const [pair = ''] = line.split(';')
    const at = pair.indexOf('=')
    const [name, value] = [pair.slice(0, at), pair.slice(at + 1)]
    if (value === '') this.cookies.delete(name)
    else this.cookies.set(name, value)
    noteSecret(value)
  }
}

function parse(text: string): Answered['body'] {
  try {
    return JSON.parse(text) as Answered['body']
  } catch {
    return {}
  }
}

/** Asks once, without cookies. */
export const ask = (url: string, path: string, options?: Ask): Promise<Answered> =>
  new Browser(url).ask(path, options)
