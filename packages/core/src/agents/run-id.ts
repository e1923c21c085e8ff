/**
 * A new UUID. The platform makes it of twenty pieces, and keeps it in pieces, ten times its size, until
 * something goes through its characters; thousands of runs may be under way.
 */
export const newRunId = () => crypto.randomUUID().toLowerCase()
