import { Button, Checkbox, Flex, Text } from '@radix-ui/themes'
import { useState, type SubmitEvent } from 'react'
import { Field } from '../../ui/field'

interface Props {
  isPending: boolean
  /** @param done is called when it is made; until then what was typed stays. */
  onMake(key: { name: string; scopes: string[] }, done: () => void): void
}

export function NewKey({ isPending, onMake }: Props) {
  const [name, setName] = useState('')
  const [mayWrite, setMayWrite] = useState(false)
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    onMake({ name, scopes: mayWrite ? ['read', 'write'] : ['read'] }, () => setName(''))
  }
  return (
    <form onSubmit={submit}>
      <Flex gap="3" align="end" wrap="wrap">
        <div className="id-field">
          <Field label="Name of a new key" size="2" required value={name} onChange={setName} />
        </div>
        <Flex asChild height="32px" align="center" gap="2">
          <Text as="label" size="2">
            <Checkbox
              checked={mayWrite}
              onCheckedChange={(checked) => setMayWrite(checked === true)}
            />
            May change things
          </Text>
        </Flex>
        <Button loading={isPending}>Make the key</Button>
      </Flex>
    </form>
  )
}
