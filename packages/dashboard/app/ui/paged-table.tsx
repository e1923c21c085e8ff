import { Button } from '@radix-ui/themes'
import { Loaded, type Query } from './loaded'
import { Table, type TableProps } from './table'

interface PagedQuery<Row> extends Query<Row[]> {
  hasNextPage: boolean
  isFetchingNextPage: boolean
  fetchNextPage(): Promise<unknown>
}

type Props<Row> = Omit<TableProps<Row>, 'rows'> & { query: PagedQuery<Row> }

/** A list that may be long: its newest rows, and more of them as they are asked for. */
export function PagedTable<Row>({ query, ...table }: Props<Row>) {
  return (
    <Loaded query={query} height="20rem">
      {(rows) => (
        <>
          <Table {...table} rows={rows} />
          {query.hasNextPage && (
            <div>
              <Button
                variant="soft"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                Show more
              </Button>
            </div>
          )}
        </>
      )}
    </Loaded>
  )
}
