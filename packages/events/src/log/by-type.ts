/** Groups events by type, in one order of types for everybody, so that two writers do not lock crosswise. */
export const byType = <Event extends { readonly type: string }>(
  events: readonly Event[],
): [type: string, events: Event[]][] =>
  [...Map.groupBy(events, ({ type }) => type)].sort(([a], [b]) => (a < b ? -1 : 1))
