import { Button, Callout } from '@radix-ui/themes'
import { explain } from '../api/api-error'

/** What went wrong; `retry` does it again. Nothing, where nothing did. */
export function Problem({ error, retry }: { error: unknown; retry?: () => void }) {
  if (!error) return null
  return (
    <Callout.Root color="red" highContrast role="alert">
      <Callout.Text>{explain(error)}</Callout.Text>
      {retry && (
        <div>
          <Button size="1" variant="outline" highContrast onClick={retry}>
            Try again
          </Button>
        </div>
      )}
    </Callout.Root>
  )
}
