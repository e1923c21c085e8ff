import { send } from './request'

/**
 * Saves what the server answers with as a file. A link could not say who asks.
 *
 * @param name the file's.
 */
export async function download(path: string, accept: string, name: string): Promise<void> {
  const response = await send(path, { headers: { Accept: accept } })
  const url = URL.createObjectURL(await response.blob())
  Object.assign(document.createElement('a'), { href: url, download: name }).click()
  URL.revokeObjectURL(url)
}
