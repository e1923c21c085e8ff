import { Skeleton } from '@radix-ui/themes'
import type { ReactNode } from 'react'
import { Problem } from './problem'

/** As much of a query as is shown of it. */
export interface Query<Data> {
  data: Data | undefined
  error: Error | null
  refetch(): Promise<unknown>
}

interface Props<Data> {
  query: Query<Data>
  /** How high what is loaded will be, about, so that the page does not jump. */
  height?: string
  children: (data: Data) => ReactNode
}

/** What a query has found; until then its place is kept, and a failure can be tried again. */
export function Loaded<Data>({ query, height = '6rem', children }: Props<Data>) {
  const { data, error } = query
  if (data === undefined && !error)
    return <Skeleton height={height} role="status" aria-label="Loading" />
  return (
    <>
      <Problem error={error} retry={() => void query.refetch()} />
      {/* What was found stays where asking again has failed. */}
      {data !== undefined && children(data)}
    </>
  )
}
