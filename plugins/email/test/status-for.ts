import { once } from 'node:events'
import { request, type IncomingMessage } from 'node:http'

/** The status with which a URL answers a request that names another host; fetch() does not let one do that. */
export async function statusFor(url: string, host: string): Promise<number | undefined> {
  const [response] = (await once(request(url, { headers: { host } }).end(), 'response')) as [
    IncomingMessage,
  ]
  response.resume()
  return response.statusCode
}
