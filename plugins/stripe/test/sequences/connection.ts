import pg from 'pg'

/** A connection of the test's own, beside the server's. */
export interface Connection {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** Deliveries of the event log that no consumer has handled yet. */
  unhandled(): Promise<number>
  end(): Promise<void>
}

const UNHANDLED = `
  SELECT ((SELECT count(*) FROM event_deliveries) + (SELECT count(*) FROM event_dead_letters))::int AS count`

export async function connect(url: string): Promise<Connection> {
  const client = new pg.Client(url)
  await client.connect()
  const query = async <Row extends object>(sql: string, values: readonly unknown[] = []) =>
    (await client.query<Row>(sql, [...values])).rows
  return {
    query,
    unhandled: async () => (await query<{ count: number }>(UNHANDLED))[0]?.count ?? 0,
    end: () => client.end(),
  }
}
