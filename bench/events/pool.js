import pg from 'pg'

/** Connections of a contestant that is written by hand, or that publishes in a transaction of its caller. */
export function openPool(url, max = 10) {
  const pool = new pg.Pool({ connectionString: url, max })
  pool.on('error', () => undefined)
  pool.on('connect', (client) => client.on('error', () => undefined))
  return {
    pool,
    /** The transaction that every peer publishes in. */
    async transaction(work) {
      const client = await pool.connect()
      try {
        await client.query('BEGIN')
        await work(client)
        await client.query('COMMIT')
      } finally {
        client.release()
      }
    },
  }
}
