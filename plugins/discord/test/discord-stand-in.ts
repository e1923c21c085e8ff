import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer, json } from 'node:stream/consumers'
import { WebSocketServer, type WebSocket } from 'ws'

export const WEBHOOK_ID = '100000000000000001'
export const CHANNEL_ID = '200000000000000001'
export const APPLICATION_ID = '300000000000000001'
export const BOT_TOKEN = 'MzAw.stand-in.token'

interface Embed {
  title?: string
  description?: string
  url?: string
  image?: { url: string }
  fields?: { name: string; value: string }[]
}

/** A message as it was posted or edited. */
export interface Posted {
  /** Path after the version, such as `/channels/1/messages`. */
  path: string
  authorization: string | undefined
  body: {
    embeds: Embed[]
    content?: string
    allowed_mentions?: unknown
    nonce?: string
    enforce_nonce?: boolean
    flags?: number
    attachments?: { id: number; description: string }[]
  }
  file: { name: string; content: Buffer } | undefined
}

interface RateLimited {
  /** Seconds. */
  retry_after: number
  global: boolean
}

/** How often a route may be called in a window; the next call is answered with 429. */
interface Limit {
  calls: number
  seconds: number
}

/**
 * Discord as far as this plugin uses it: REST with the headers of its rate limits, and the gateway, over
 * sockets.
 *
 * @see https://discord.com/developers/docs/topics/rate-limits
 * @see https://discord.com/developers/docs/events/gateway
 */
export class DiscordStandIn {
  readonly messages: Posted[] = []
  readonly edits: Posted[] = []
  readonly acknowledged: string[] = []
  /** The commands that were registered. */
  commands: { name: string; options: { name: string; choices?: { value: string }[] }[] }[] = []
  /** How many requests were answered with 429. */
  limited = 0
  connections = 0
  identified = 0
  resumed = 0
  limit: Limit | undefined
  /** Takes the place of the answer to a message, such as an outage. */
  answerMessage: (() => { status: number; body: object } | undefined) | undefined
  /** A gateway that sends every bot away for good. */
  refusesBots = false
  refused = 0
  /** A gateway that takes connections and says nothing. */
  isMute = false
  /** What a message waits for before it is taken, and before its sender is told. */
  beforeTaking: ((title: string) => Promise<void> | undefined) | undefined
  beforeAnswering: ((title: string) => Promise<void> | undefined) | undefined
  /** What the newest edit waits for. */
  holdEdits: Promise<void> | undefined
  // A client that is killed breaks its request off.
  readonly #http = createServer((request, response) => {
    this.#serve(request, response).catch(() => response.destroy())
  })
  readonly #gateway = new WebSocketServer({ noServer: true })
  readonly #sockets = new Set<WebSocket>()
  #window = { begun: 0, calls: 0 }
  #ids = 400_000_000_000_000_000n
  #sequence = 0

  async open(port = 0): Promise<void> {
    this.#http.on('upgrade', (request, socket, head) => {
      this.#gateway.handleUpgrade(request, socket, head, (client) => this.#greet(client))
    })
    this.#http.listen(port, '127.0.0.1')
    await once(this.#http, 'listening')
  }

  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.terminate()
    this.#gateway.close()
    this.#http.closeAllConnections()
    this.#http.close()
    await once(this.#http, 'close')
  }

  get port(): number {
    return (this.#http.address() as AddressInfo).port
  }

  get apiBase(): string {
    return `http://127.0.0.1:${this.port}/api`
  }

  get webhookUrl(): string {
    return `${this.apiBase}/webhooks/${WEBHOOK_ID}/a-webhook-token`
  }

  get titles(): (string | undefined)[] {
    return this.messages.map(({ body }) => body.embeds[0]?.title)
  }

  /** Somebody gives the slash command. Every connection of the bot hears of it. */
  give(name: string, options: Record<string, string>, user: string): string {
    const id = this.#id()
    const interaction = {
      id,
      application_id: APPLICATION_ID,
      type: 2,
      token: `interaction-${id}`,
      version: 1,
      channel_id: CHANNEL_ID,
      channel: { id: CHANNEL_ID, type: 1 },
      user: { id: user, username: 'somebody', discriminator: '0', global_name: null, avatar: null },
      locale: 'en-US',
      app_permissions: '0',
      entitlements: [],
      authorizing_integration_owners: {},
      attachment_size_limit: 1,
      data: {
        id: this.#id(),
        name,
        type: 1,
        options: Object.entries(options).map(([name, value]) => ({ name, type: 3, value })),
      },
    }
    for (const socket of this.#sockets) this.#dispatch(socket, 'INTERACTION_CREATE', interaction)
    return id
  }

  /** Cuts the gateway's connections, as Discord does now and then. */
  cut(): void {
    for (const socket of this.#sockets) socket.close(4_000, 'Unknown error')
  }

  /** Asks the bot to connect anew, as Discord does before it restarts a gateway. */
  askToReconnect(): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify({ op: 7, d: null }))
  }

  /** Forgets the session, so that the bot has to begin a new one. */
  invalidateSession(): void {
    for (const socket of this.#sockets) socket.send(JSON.stringify({ op: 9, d: false }))
  }

  editsOf(interactionId: string): Posted[] {
    return this.edits.filter(({ path }) => path.includes(`interaction-${interactionId}`))
  }

  #id(): string {
    return String(++this.#ids)
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent(request.url ?? '')
      .replace(/^\/api\/v10/, '')
      .replace(/\?.*$/, '')
    const { body, file } = await contentOf(request)
    const posted = { path, authorization: request.headers.authorization, body, file } as Posted
    const answer = (status: number, content?: object, headers: Record<string, string> = {}) => {
      const type = content && { 'content-type': 'application/json' }
      response.writeHead(status, { ...type, ...headers })
      response.end(content && JSON.stringify(content))
    }
    const asked = `${request.method} ${path}`
    if (/^POST \/(?:webhooks\/\d+\/[\w-]+|channels\/\d+\/messages)$/.test(asked)) {
      return void this.#take(posted, answer)
    }
    if (asked === 'GET /gateway/bot') {
      if (posted.authorization !== `Bot ${BOT_TOKEN}`)
        return void answer(401, { message: '401: Unauthorized', code: 0 })
      return void answer(200, {
        url: `ws://127.0.0.1:${this.port}`,
        shards: 1,
        session_start_limit: { total: 1000, remaining: 999, reset_after: 0, max_concurrency: 1 },
      })
    }
    if (asked === `PUT /applications/${APPLICATION_ID}/commands`) {
      this.commands = body as DiscordStandIn['commands']
      const made = { id: this.#id(), application_id: APPLICATION_ID, version: '1', type: 1 }
      return void answer(
        200,
        this.commands.map((command) => ({ ...made, ...command })),
      )
    }
    const [, interaction] = /^POST \/interactions\/(\d+)\/[\w-]+\/callback$/.exec(asked) ?? []
    if (interaction !== undefined) {
      if (this.acknowledged.includes(interaction))
        return void answer(400, {
          message: 'Interaction has already been acknowledged.',
          code: 40_060,
        })
      this.acknowledged.push(interaction)
      return void answer(204)
    }
    if (/^PATCH \/webhooks\/\d+\/[\w-]+\/messages\/@original$/.test(asked)) {
      this.edits.push(posted)
      await this.holdEdits
      return void answer(200, this.#messageLike(posted))
    }
    answer(404, { message: '404: Not Found', code: 0 })
  }

  async #take(
    posted: Posted,
    answer: (status: number, content?: object, headers?: Record<string, string>) => void,
  ): Promise<void> {
    const special = this.answerMessage?.()
    if (special) {
      const { retry_after: seconds, global } = special.body as Partial<RateLimited>
      return void answer(special.status, special.body, {
        ...(seconds !== undefined && { 'retry-after': String(seconds) }),
        ...(global && { 'x-ratelimit-global': 'true' }),
      })
    }
    const title = posted.body.embeds[0]?.title ?? ''
    await this.beforeTaking?.(title)
    const { calls = Infinity, seconds = 1 } = this.limit ?? {}
    if (Date.now() - this.#window.begun >= seconds * 1000)
      this.#window = { begun: Date.now(), calls: 0 }
    const resetAfter = (this.#window.begun + seconds * 1000 - Date.now()) / 1000
    this.#window.calls++
    const headers: Record<string, string> = this.limit
      ? {
          'x-ratelimit-limit': String(calls),
          'x-ratelimit-remaining': String(Math.max(calls - this.#window.calls, 0)),
          'x-ratelimit-reset': String((this.#window.begun + seconds * 1000) / 1000),
          'x-ratelimit-reset-after': String(resetAfter),
          'x-ratelimit-bucket': 'a-bucket',
        }
      : {}
    if (this.#window.calls > calls) {
      this.limited++
      const body = {
        message: 'You are being rate limited.',
        retry_after: resetAfter,
        global: false,
      }
      return void answer(429, body, { ...headers, 'retry-after': String(Math.ceil(resetAfter)) })
    }
    // Discord answers with the message that it has, where a nonce comes again within minutes.
    const { nonce, enforce_nonce: isEnforced } = posted.body
    const isKnown = isEnforced && this.messages.some(({ body }) => body.nonce === nonce)
    if (!isKnown) this.messages.push(posted)
    await this.beforeAnswering?.(title)
    answer(200, this.#messageLike(posted), headers)
  }

  #messageLike({ body }: Posted): object {
    return {
      id: this.#id(),
      type: 0,
      channel_id: CHANNEL_ID,
      content: body.content ?? '',
      author: { id: APPLICATION_ID, username: 'bot', discriminator: '0', avatar: null },
      embeds: body.embeds,
      attachments: [],
      mentions: [],
      mention_roles: [],
      mention_everyone: false,
      pinned: false,
      tts: false,
      timestamp: new Date().toISOString(),
      edited_timestamp: null,
    }
  }

  #greet(socket: WebSocket): void {
    this.#sockets.add(socket)
    this.connections++
    socket.on('close', () => this.#sockets.delete(socket))
    socket.on('message', (data: Buffer) => this.#hear(socket, data))
    if (this.refusesBots) {
      socket.on('close', () => this.refused++)
      return socket.close(4_004)
    }
    if (this.isMute) return
    socket.send(JSON.stringify({ op: 10, d: { heartbeat_interval: 41_250 }, s: null, t: null }))
  }

  #hear(socket: WebSocket, data: Buffer): void {
    const { op, d } = JSON.parse(data.toString()) as { op: number; d: { token?: string } }
    if (op === 1) socket.send(JSON.stringify({ op: 11, d: null, s: null, t: null }))
    if ((op === 2 || op === 6) && d.token !== BOT_TOKEN) return socket.close(4_004)
    if (op === 2) {
      this.identified++
      this.#dispatch(socket, 'READY', {
        v: 10,
        user: { id: APPLICATION_ID, username: 'bot', discriminator: '0', avatar: null, bot: true },
        guilds: [],
        session_id: 'a-session',
        resume_gateway_url: `ws://127.0.0.1:${this.port}`,
        shard: [0, 1],
        application: { id: APPLICATION_ID, flags: 0 },
      })
    }
    if (op === 6) {
      this.resumed++
      this.#dispatch(socket, 'RESUMED', {})
    }
  }

  #dispatch(socket: WebSocket, type: string, data: object): void {
    socket.send(JSON.stringify({ op: 0, t: type, s: ++this.#sequence, d: data }))
  }
}

/** The JSON of a request, and the file that came with it. */
async function contentOf(request: IncomingMessage) {
  const type = request.headers['content-type'] ?? ''
  if (type.includes('json')) return { body: await json(request) }
  if (!type.startsWith('multipart/form-data')) return {}
  const bytes = await buffer(request)
  const parts = new Response(new Uint8Array(bytes), { headers: { 'content-type': type } })
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- too slow for a server of many, not for this one
  const form = await parts.formData()
  const file = form.get('files[0]') as File
  const content = Buffer.from(await file.arrayBuffer())
  return {
    body: JSON.parse(form.get('payload_json') as string) as unknown,
    file: { name: file.name, content },
  }
}

/** One that is closed when the test ends. */
export async function openDiscord(t: { teardown(fn: () => Promise<void>): void }) {
  const discord = new DiscordStandIn()
  await discord.open()
  t.teardown(() => discord.close())
  return discord
}
