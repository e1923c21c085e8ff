import { Skeleton } from '@radix-ui/themes'
import type { UseQueryResult } from '@tanstack/react-query'
import type { ReactNode } from 'react'
import { Problem } from './problem'

interface Props<Data> {
  query: UseQueryResult<Data>
  /** How high what is loaded will be, about, so that the page does not jump. */
  height?: string
  children: (data: Data) => ReactNode
}

/** What a query has found; until then its place is kept, and a failure can be tried again. */
export function Loaded<Data>({ query, height = '6rem', children }: Props<Data>) {
  if (query.isPending) return <Skeleton height={height} role="status" aria-label="Loading" />
  if (query.isError) return <Problem error={query.error} retry={() => void query.refetch()} />
  return <>{children(query.data)}</>
}
