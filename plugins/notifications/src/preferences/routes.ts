import { html, type Html } from '@titanforge/email'
import { page, route, type Reply, type Route } from '@titanforge/http'
import { z } from 'zod'
import { OPTIONAL_TOPICS, type OptionalTopic } from '../notice.js'
import type { Choice, Preferences } from './preferences.js'
import { UNSUBSCRIBE_PATH, type UnsubscribeLinks } from './unsubscribe-links.js'

const ABOUT: Record<OptionalTopic, string> = {
  work: 'messages about work that has been done for you',
  reports: 'regular reports',
}
const ONE_CLICK_LIMIT_BYTES = 4_096

const topic = z.enum(OPTIONAL_TOPICS, {
  error: `must be one of ${OPTIONAL_TOPICS.join(', ')}; what is about the account or about money always comes`,
})
const list = z.object({
  preferences: z.array(
    z.object({ topic, channel: z.string(), enabled: z.boolean(), about: z.string() }),
  ),
})
const token = z.object({ token: z.string().max(1_000) })

interface Services {
  preferences: Preferences
  links: UnsubscribeLinks
  /** The names of the channels that reach customers. */
  channels: () => readonly string[]
}

/** What a user wants to hear of: for the user's programs, and for the links in mails. */
export function preferenceRoutes({ preferences, links, channels }: Services): Route[] {
  const listOf = async (userId: string) => {
    const chosen = await preferences.of(userId)
    const isEnabled = (topic: string, channel: string) =>
      chosen.find((one) => one.topic === topic && one.channel === channel)?.is_enabled ?? true
    return {
      preferences: OPTIONAL_TOPICS.flatMap((topic) =>
        channels().map((channel) => ({
          topic,
          channel,
          enabled: isEnabled(topic, channel),
          about: ABOUT[topic],
        })),
      ),
    }
  }
  return [
    route({
      method: 'GET',
      path: '/api/notifications/preferences',
      auth: 'user',
      summary: 'What the caller wants to be told of, by topic and channel',
      response: list,
      handler: ({ identity }) => listOf(identity.userId),
    }),
    route({
      method: 'PUT',
      path: '/api/notifications/preferences',
      auth: 'user',
      summary: 'Changes what the caller wants to be told of; what is left out stays as it is',
      response: list,
      body: z.object({
        preferences: z
          .array(
            z.object({
              topic,
              channel: z.string().refine((name) => channels().includes(name), {
                error: () => `must be one of ${channels().join(', ')}`,
              }),
              enabled: z.boolean(),
            }),
          )
          .max(100),
      }),
      async handler({ identity: { userId }, body }) {
        await preferences.set(
          body.preferences.map(({ topic, channel, enabled }) => ({
            userId,
            topic,
            channel,
            isEnabled: enabled,
          })),
        )
        return listOf(userId)
      },
    }),
    // Opening it changes nothing, since mail programs look at links ahead (RFC 8058 section 1).
    route({
      method: 'GET',
      path: UNSUBSCRIBE_PATH,
      auth: 'none',
      summary: 'The page that asks whether to end one kind of message',
      query: token,
      handler({ query }) {
        const choice = links.read(query.token)
        return choice ? askPage(choice) : brokenPage()
      },
    }),
    route({
      method: 'POST',
      path: UNSUBSCRIBE_PATH,
      auth: 'none',
      summary: 'Ends one kind of message, for the page and for mail programs (RFC 8058)',
      query: token,
      // Mail programs send a form, with `List-Unsubscribe=One-Click`, which says nothing that the link does not.
      rawLimitBytes: ONE_CLICK_LIMIT_BYTES,
      async handler({ query }) {
        const choice = links.read(query.token)
        if (!choice) return brokenPage()
        await preferences.set([{ ...choice, isEnabled: false }])
        return pageOf(200, 'Done', html`<p>You will get no more ${about(choice)}.</p>`)
      },
    }),
  ]
}

const about = ({ topic, channel }: Choice) => `${ABOUT[topic]} by ${channel}`

const askPage = (choice: Choice): Reply =>
  pageOf(
    200,
    'No more of these?',
    html`<p>You would get no more ${about(choice)}.</p>
      <form method="post"><button>End them</button></form>`,
  )

const brokenPage = (): Reply =>
  pageOf(
    404,
    'This link is not whole',
    html`<p>Open it from the mail again, or copy all of it.</p>`,
  )

const pageOf = (status: number, title: string, content: Html): Reply =>
  page({
    status,
    title,
    content: content.toString(),
    // The address holds the token. The form's own request has to say where it comes from.
    headers: { 'Referrer-Policy': 'same-origin' },
  })
