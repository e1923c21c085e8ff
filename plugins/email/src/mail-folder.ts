import { randomUUID } from 'node:crypto'
import { mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'

const KIND = '.eml'
const UNFINISHED = '.unfinished'

/** A mail as it came over the wire. */
export interface StoredMail {
  id: string
  raw: Uint8Array
  receivedAt: Date
}

/** Keeps each mail as `<id>.eml`; when it came is the file's time. Only the server's user may read it. */
export class MailFolder {
  readonly #directory: string

  constructor(directory: string) {
    this.#directory = directory
  }

  /** The newest mails, oldest first. Removes the older ones, and what a crash left unfinished. */
  async open(count: number): Promise<StoredMail[]> {
    await mkdir(this.#directory, { recursive: true, mode: 0o700 })
    const names = await readdir(this.#directory)
    const unfinished = names.filter((name) => name.endsWith(UNFINISHED))
    await Promise.all(unfinished.map((name) => rm(join(this.#directory, name), { force: true })))
    const ids = names
      .filter((name) => name.endsWith(KIND))
      .map((name) => name.slice(0, -KIND.length))
    const dated = await Promise.all(ids.map(async (id) => ({ id, receivedAt: await this.#at(id) })))
    dated.sort((a, b) => b.receivedAt.getTime() - a.receivedAt.getTime())
    await Promise.all(dated.slice(count).map(({ id }) => this.remove(id)))
    const newest = dated.slice(0, count).reverse()
    return Promise.all(
      newest.map(async (mail) => ({ ...mail, raw: await readFile(this.#file(mail.id)) })),
    )
  }

  /** Resolves once the mail outlasts a crash. A mail with the same id is replaced. */
  async write({ id, raw, receivedAt }: StoredMail): Promise<void> {
    const unfinished = join(this.#directory, `${randomUUID()}${UNFINISHED}`)
    try {
      await writeFile(unfinished, raw, { mode: 0o600, flag: 'wx', flush: true })
      await utimes(unfinished, receivedAt, receivedAt)
      await rename(unfinished, this.#file(id))
    } catch (error) {
      await rm(unfinished, { force: true })
      throw error
    }
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true })
  }

  // A file system may round the time it was given down by a fraction of a millisecond.
  async #at(id: string): Promise<Date> {
    return new Date(Math.round((await stat(this.#file(id))).mtimeMs))
  }

  #file(id: string): string {
    return join(this.#directory, `${id}${KIND}`)
  }
}
