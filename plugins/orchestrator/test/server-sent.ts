/** A message of a stream of server-sent events. */
export interface Sent {
  id: string | undefined
  event: string
  data: Record<string, unknown>
}

/** Reads server-sent events until the server ends them, or `until` says that it has seen enough. */
export async function readEvents(
  url: string,
  headers: Record<string, string>,
  until: (message: Sent) => boolean = () => false,
): Promise<Sent[]> {
  const leave = new AbortController()
  const response = await fetch(url, { headers, signal: leave.signal })
  if (response.status !== 200 || !response.body) throw new Error(`answered ${response.status}`)
  const messages: Sent[] = []
  let text = ''
  for await (const chunk of response.body.pipeThrough(new TextDecoderStream())) {
    const blocks = (text + chunk).split('\n\n')
    text = blocks.pop() ?? ''
    for (const block of blocks) {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1]
      const data = field('data')
      if (data === undefined) continue
      const message = {
        id: field('id'),
        event: field('event') ?? '',
        data: JSON.parse(data) as Record<string, unknown>,
      }
      messages.push(message)
      if (!until(message)) continue
      leave.abort()
      return messages
    }
  }
  return messages
}
