import { AlertDialog, Button, Flex } from '@radix-ui/themes'
import type { ReactElement } from 'react'

interface Props {
  title: string
  text: string
  /** What the button that does it says. */
  action: string
  onConfirm(): void
  /** The button that asks. */
  children: ReactElement
}

/** Asks before something that is hard to take back. */
export const Confirm = ({ title, text, action, onConfirm, children }: Props) => (
  <AlertDialog.Root>
    <AlertDialog.Trigger>{children}</AlertDialog.Trigger>
    <AlertDialog.Content maxWidth="28rem">
      <AlertDialog.Title>{title}</AlertDialog.Title>
      <AlertDialog.Description size="2">{text}</AlertDialog.Description>
      <Flex gap="3" mt="4" justify="end">
        <AlertDialog.Cancel>
          <Button variant="soft" color="gray">
            Back
          </Button>
        </AlertDialog.Cancel>
        <AlertDialog.Action>
          <Button color="red" highContrast onClick={onConfirm}>
            {action}
          </Button>
        </AlertDialog.Action>
      </Flex>
    </AlertDialog.Content>
  </AlertDialog.Root>
)
