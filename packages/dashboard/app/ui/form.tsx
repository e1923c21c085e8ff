import { Button, Flex, Text } from '@radix-ui/themes'
import type { ReactNode, SubmitEvent } from 'react'
import { Problem } from './problem'

interface Props {
  /** What the button says. */
  action: string
  isPending: boolean
  error: unknown
  /** What is said when it is done. */
  done?: ReactNode
  /** Whether the button is as wide as the form, as on a page that is nothing else. */
  isWide?: boolean
  onSubmit(): void
  children: ReactNode
}

/** Fields, what is wrong with them, and the button that sends them. */
export function Form({ action, isPending, error, done, isWide, onSubmit, children }: Props) {
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onSubmit()
  }
  return (
    <form onSubmit={submit} className={isWide ? 'full' : 'form'}>
      <Flex direction="column" gap="4" align={isWide ? 'stretch' : 'start'}>
        {children}
        <Problem error={error} />
        <div className={isWide ? 'wide-action' : 'action'}>
          <Button size={isWide ? '3' : '2'} loading={isPending}>
            {action}
          </Button>
          <Text size="2" role="status">
            {done}
          </Text>
        </div>
      </Flex>
    </form>
  )
}
