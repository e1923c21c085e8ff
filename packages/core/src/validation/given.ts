/** Options without those that are `undefined`: who gives `limit: undefined` has left the limit out. */
export function given<Options extends object>(options: Options): Options {
  const entries = Object.entries(options).filter(([, value]) => value !== undefined)
  return Object.fromEntries(entries) as Options
}
