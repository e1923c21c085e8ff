import { Button, Dialog, Flex } from '@radix-ui/themes'
import { useState, type SubmitEvent } from 'react'
import { Field } from '../../ui/field'

interface Props {
  consumer: string
  isPending: boolean
  onDiscard(reason: string): void
}

const MOST_CHARACTERS = 500

/** Asks for the reason before a dead letter is given up for good. */
export function Discard({ consumer, isPending, onDiscard }: Props) {
  const [isOpen, setOpen] = useState(false)
  const [reason, setReason] = useState('')
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setOpen(false)
    onDiscard(reason)
  }
  return (
    <Dialog.Root open={isOpen} onOpenChange={setOpen}>
      <Dialog.Trigger>
        <Button
          size="1"
          variant="soft"
          color="red"
          disabled={isPending}
          aria-label={`Discard what ${consumer} gave up`}
        >
          Discard
        </Button>
      </Dialog.Trigger>
      <Dialog.Content maxWidth="28rem">
        <Dialog.Title>Discard the event?</Dialog.Title>
        <Dialog.Description size="2" mb="4">
          {consumer} will never handle it. The event stays in the log, with your reason.
        </Dialog.Description>
        <form onSubmit={submit}>
          <Field
            label="Reason"
            required
            maxLength={MOST_CHARACTERS}
            value={reason}
            onChange={setReason}
          />
          <Flex gap="3" mt="4" justify="end">
            <Dialog.Close>
              <Button type="button" variant="soft" color="gray">
                Back
              </Button>
            </Dialog.Close>
            <Button color="red" highContrast>
              Discard the event
            </Button>
          </Flex>
        </form>
      </Dialog.Content>
    </Dialog.Root>
  )
}
