/** Of the PostgreSQL that the suite runs on. */
export const SERVER_SETTINGS = {
  // A dozen nodes at once.
  max_connections: '300',
  // When each event was committed, which is not when it was written.
  track_commit_timestamp: 'on',
  // What a run leaves on the disk.
  max_wal_size: '128MB',
}
