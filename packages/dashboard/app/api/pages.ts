import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query'
import { request } from './request'

const MOST = 50

interface Asked<Item, Answer> {
  queryKey: QueryKey
  path: string
  /** What is searched for; what is empty is left out. */
  filter?: Record<string, string>
  itemsOf(answer: Answer): Item[]
  /** Says where the next page begins; `before` and the id of the last item of the page before, if left out. */
  cursor?: { name: string; of: (last: Item) => string }
  /** Milliseconds until the list is asked for again; never, if left out. */
  refetchInterval?: (items: Item[]) => number | false
}

/** A list that may be long, page by page: its route takes `limit` and a cursor. */
export const usePages = <Item extends { id: string }, Answer>({
  queryKey,
  path,
  filter = {},
  itemsOf,
  cursor = { name: 'before', of: ({ id }) => id },
  refetchInterval,
}: Asked<Item, Answer>) =>
  useInfiniteQuery({
    queryKey: [...queryKey, filter],
    initialPageParam: '',
    async queryFn({ pageParam, signal }) {
      const asked = { ...filter, [cursor.name]: pageParam }
      const given = Object.entries(asked).filter(([, value]) => value !== '')
      const query = new URLSearchParams([['limit', String(MOST)], ...given]).toString()
      return itemsOf(await request<Answer>(`${path}?${query}`, { signal }))
    },
    getNextPageParam(page) {
      const last = page.at(-1)
      return last && page.length === MOST ? cursor.of(last) : undefined
    },
    select: ({ pages }) => pages.flat(),
    staleTime: 0,
    refetchInterval: ({ state }) => refetchInterval?.(state.data?.pages.flat() ?? []) ?? false,
  })
