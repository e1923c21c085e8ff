/** Copies of lists that nobody can change. */
export function frozen<Lists extends Record<string, readonly unknown[]>>(lists: Lists): Lists {
  const copies = Object.entries(lists).map(([key, list]) => [key, Object.freeze([...list])])
  return Object.fromEntries(copies) as Lists
}
