import type { Database } from '@titanforge/database'
import type { OptionalTopic } from '../notice.js'

/** What a user can switch off, by topic and channel. */
export interface Choice {
  userId: string
  topic: OptionalTopic
  channel: string
}

/** What users want to hear of. Whoever has chosen nothing hears everything. */
export class Preferences {
  readonly #db: Database

  constructor(db: Database) {
    this.#db = db
  }

  async allows({ userId, topic, channel }: Choice): Promise<boolean> {
    const refused = await this.#db.query(
      `SELECT 1 FROM notification_preferences
       WHERE user_id = $1 AND topic = $2 AND channel = $3 AND NOT is_enabled`,
      [userId, topic, channel],
    )
    return refused.length === 0
  }

  /** A user's choices; what is not among them was never chosen. */
  of(userId: string): Promise<{ topic: string; channel: string; is_enabled: boolean }[]> {
    return this.#db.query(
      'SELECT topic, channel, is_enabled FROM notification_preferences WHERE user_id = $1',
      [userId],
    )
  }

  /** All of the choices or none. A user who is gone chooses nothing. */
  async set(choices: readonly (Choice & { isEnabled: boolean })[]): Promise<void> {
    await this.#db.query(
      `INSERT INTO notification_preferences (user_id, topic, channel, is_enabled)
       SELECT DISTINCT ON (id, topic, channel) id, topic, channel, is_enabled
       FROM jsonb_to_recordset($1::jsonb) AS chosen (user_id uuid, topic text, channel text, is_enabled boolean)
       JOIN users ON users.id = chosen.user_id
       ON CONFLICT (user_id, topic, channel)
       DO UPDATE SET is_enabled = excluded.is_enabled, changed_at = now()`,
      [
        JSON.stringify(
          choices.map(({ userId, isEnabled, ...choice }) => ({
            ...choice,
            user_id: userId,
            is_enabled: isEnabled,
          })),
        ),
      ],
    )
  }
}
