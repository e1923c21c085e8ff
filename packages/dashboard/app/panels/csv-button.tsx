import { Button } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { download } from '../api/download'
import type { Days } from '../api/panels'
import { Problem } from '../ui/problem'

interface Props {
  /** The panel's. */
  title: string
  path: string
  days?: Days | undefined
}

/** Saves what is behind a panel for spreadsheets. */
export function CsvButton({ title, path, days }: Props) {
  const name = `${path.split('/').at(-1) ?? 'rows'}${days ? `-${days.from}-${days.to}` : ''}.csv`
  const save = useMutation({
    mutationFn: () => {
      const query = new URLSearchParams({ ...days }).toString()
      return download(`${path}?${query}`, 'text/csv', name)
    },
  })
  return (
    <>
      <Button
        size="1"
        variant="soft"
        loading={save.isPending}
        aria-label={`${title} as CSV`}
        onClick={() => save.mutate()}
      >
        CSV
      </Button>
      <Problem error={save.error} />
    </>
  )
}
