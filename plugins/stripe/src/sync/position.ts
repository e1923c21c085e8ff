import type { Database } from '@titanforge/database'

/** How far Stripe's events are known. */
export interface Seen {
  /** Seconds since the epoch, by Stripe's clock: every event before is in. */
  before: number
  /** Seconds since the epoch, by ours: when that was so. */
  at: number
}

/** How far a long piece of work has come, so that it goes on from there after a stop. */
export class Position<Value extends object> {
  constructor(
    private readonly db: Database,
    private readonly name: string,
  ) {}

  async read(): Promise<Value | undefined> {
    const [row] = await this.db.query<{ position: Value }>(
      'SELECT position FROM stripe_sync WHERE name = $1',
      [this.name],
    )
    return row?.position
  }

  async write(value: Value): Promise<void> {
    await this.db.query(
      `INSERT INTO stripe_sync (name, position) VALUES ($1, $2)
       ON CONFLICT (name) DO UPDATE SET position = excluded.position, updated_at = now()`,
      [this.name, JSON.stringify(value)],
    )
  }

  async clear(): Promise<void> {
    await this.db.query('DELETE FROM stripe_sync WHERE name = $1', [this.name])
  }
}
