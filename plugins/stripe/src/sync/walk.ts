import type { Database } from '@titanforge/database'
import { Position } from './position.js'

const PAGE = 100

/**
 * Goes through rows of ours by their id at Stripe, however many there are: from where the last walk was
 * stopped, to the end. The next one begins anew.
 */
export class Walk {
  readonly #reached: Position<{ after: string }>

  /**
   * @param name of the walk, under which it is kept how far it has come.
   * @param page a query for the next ids as `id`, in order: $1 the last id before them, $2 how many, $3 whether
   * in live mode.
   */
  constructor(
    private readonly db: Database,
    name: string,
    private readonly page: string,
    private readonly livemode: boolean,
  ) {
    this.#reached = new Position(db, `${name}:${livemode ? 'live' : 'test'}`)
  }

  /**
   * @param signal stops it after the row at hand.
   * @throws whatever `visit` throws; the next walk begins with the page of that row.
   */
  async run(signal: AbortSignal, visit: (id: string) => Promise<void>): Promise<void> {
    let after = (await this.#reached.read())?.after ?? ''
    for (;;) {
      const rows = await this.db.query<{ id: string }>(this.page, [after, PAGE, this.livemode])
      if (rows.length === 0) return this.#reached.clear()
      for (const { id } of rows) {
        if (signal.aborted) return this.#reached.write({ after })
        await visit(id)
        after = id
      }
      await this.#reached.write({ after })
    }
  }
}
