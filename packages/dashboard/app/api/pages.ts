import { useInfiniteQuery, type QueryKey } from '@tanstack/react-query'
import { request } from './request'

const MOST = 50

interface Asked<Item, Answer> {
  queryKey: QueryKey
  path: string
  /** What is searched for; what is empty is left out. */
  filter?: Record<string, string>
  itemsOf(answer: Answer): Item[]
  /** Milliseconds until the list is asked for again; never, if left out. */
  refetchInterval?: (items: Item[]) => number | false
}

/** A list that may be long, page by page: its route takes `limit` and `before`, the id of the last item of the page before. */
export const usePages = <Item extends { id: string }, Answer>({
  queryKey,
  path,
  filter = {},
  itemsOf,
  refetchInterval,
}: Asked<Item, Answer>) =>
  useInfiniteQuery({
    queryKey: [...queryKey, filter],
    initialPageParam: '',
    async queryFn({ pageParam: before, signal }) {
      const given = Object.entries({ ...filter, before }).filter(([, value]) => value !== '')
      const query = new URLSearchParams([['limit', String(MOST)], ...given]).toString()
      return itemsOf(await request<Answer>(`${path}?${query}`, { signal }))
    },
    getNextPageParam: (page) => (page.length < MOST ? undefined : page.at(-1)?.id),
    select: ({ pages }) => pages.flat(),
    staleTime: 0,
    refetchInterval: ({ state }) => refetchInterval?.(state.data?.pages.flat() ?? []) ?? false,
  })
