import pg from 'pg'

/** What a handler does: it writes one row. Nothing is unique here, so that an event applied twice shows. */
export const INSERT = 'INSERT INTO sink (event_id, payload) VALUES ($1, $2)'

const TABLE = `CREATE TABLE sink (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  event_id uuid NOT NULL,
  payload jsonb NOT NULL
)`

/** The table that the handlers of one contestant write to. */
export async function openSink(url) {
  const pool = new pg.Pool({ connectionString: url, max: 1 })
  pool.on('error', () => undefined)
  await pool.query(TABLE)
  const count = async () => {
    const { rows } = await pool.query('SELECT count(*)::int AS count FROM sink')
    return rows[0].count
  }
  return {
    /** Resolves when at least so many rows are committed. */
    async reaches(expected) {
      while ((await count()) < expected);
    },
    /** @throws where an event was lost or applied twice. */
    async check(expected) {
      const { rows } = await pool.query(
        'SELECT count(*)::int AS written, count(DISTINCT event_id)::int AS events FROM sink',
      )
      const [{ written, events }] = rows
      if (written === expected && events === expected) return
      throw new Error(`${expected} events were published; ${events} were applied, ${written} times`)
    },
    close: () => pool.end(),
  }
}
