import { Checkbox, Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { changePassword, type Account } from '../../session/session'
import { Form } from '../../ui/form'
import { PasswordField } from '../../ui/password-field'
import { Section } from '../../ui/section'

export function Password({ account: { hasPassword } }: { account: Account }) {
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [revokeKeys, setRevokeKeys] = useState(false)
  const change = useMutation({
    mutationFn: () =>
      changePassword({
        newPassword: next,
        revokeKeys,
        ...(hasPassword && { currentPassword: current }),
      }),
    onSuccess() {
      setCurrent('')
      setNext('')
      setRevokeKeys(false)
    },
  })
  const done = 'Your password is changed, and every other session has ended.'
  return (
    <Section
      title="Password"
      about={hasPassword ? undefined : 'You have none yet. With one, you can log in by e-mail too.'}
    >
      <Form
        action={hasPassword ? 'Change the password' : 'Set a password'}
        isPending={change.isPending}
        error={change.error}
        done={change.isSuccess && done}
        onSubmit={() => change.mutate()}
      >
        {hasPassword && (
          <PasswordField label="Current password" value={current} onChange={setCurrent} />
        )}
        <PasswordField isNew label="New password" value={next} onChange={setNext} />
        <Text as="label" size="2">
          <Flex gap="2">
            <Checkbox
              checked={revokeKeys}
              onCheckedChange={(checked) => setRevokeKeys(checked === true)}
            />
            Revoke my API keys too: somebody else may have been in this account
          </Flex>
        </Text>
      </Form>
    </Section>
  )
}
