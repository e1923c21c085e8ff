/** A copy of a record without what only the sandbox knows. */
export const publicFields = (record: object): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(structuredClone(record)).filter(([name]) => !name.startsWith('_')),
  )
