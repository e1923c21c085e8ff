const NOWHERE = 'http://nowhere.invalid'

/** Where somebody wanted to go before the log-in: a path of ours, or else the start. */
export function afterLogIn(search: URLSearchParams): string {
  const next = search.get('next') ?? '/'
  if (!next.startsWith('/') || !URL.canParse(next, NOWHERE)) return '/'
  const { origin, pathname, search: query } = new URL(next, NOWHERE)
  return origin === NOWHERE && !pathname.startsWith('//') ? pathname + query : '/'
}
