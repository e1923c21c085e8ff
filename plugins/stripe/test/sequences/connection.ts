import pg from 'pg'

/** A connection of the test's own, beside the server's. */
export interface Connection {
  query<Row extends object>(sql: string, values?: readonly unknown[]): Promise<Row[]>
  /** Deliveries of the event log that no consumer has handled yet. */
  unhandled(): Promise<number>
  end(): Promise<void>
}

const UNHANDLED = `
  SELECT count(*)::int AS count
  FROM events e
  JOIN event_consumers c ON c.event_type = e.event_type AND c.registered_at <= e.stored_at
  LEFT JOIN event_inbox i ON i.consumer = c.consumer AND i.event_id = e.id
  WHERE i.event_id IS NULL`

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
