import { messageOf, type Logger } from '@titanforge/core'

/**
 * Shows how far something is by editing one message. While an edit is under way newer ones replace each
 * other, so a report that is told of a thousand steps makes no more edits than Discord takes.
 */
export class ProgressReport<Content> {
  readonly #edit: (content: Content) => Promise<unknown>
  readonly #log: Logger
  #next: { content: Content } | undefined
  #editing: Promise<void> | undefined

  constructor(edit: (content: Content) => Promise<unknown>, log: Logger) {
    this.#edit = edit
    this.#log = log
  }

  show(content: Content): void {
    this.#next = { content }
    this.#editing ??= this.#drain()
  }

  /** Resolves when the last content is shown. */
  async end(content: Content): Promise<void> {
    this.show(content)
    await this.#editing
  }

  async #drain(): Promise<void> {
    while (this.#next) {
      const { content } = this.#next
      this.#next = undefined
      try {
        await this.#edit(content)
      } catch (error) {
        // The run goes on without anybody watching.
        this.#log.warn({ reason: messageOf(error) }, 'progress could not be shown in Discord')
      }
    }
    this.#editing = undefined
  }
}
