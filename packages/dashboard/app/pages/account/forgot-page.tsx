import { Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { post } from '../../api/request'
import { Entrance } from '../../layout/entrance'
import { EmailField } from '../../ui/email-field'
import { Form } from '../../ui/form'
import { TextLink } from '../../ui/text-link'

export function ForgotPage() {
  const [email, setEmail] = useState('')
  const ask = useMutation({ mutationFn: () => post('/api/auth/password/forgot', { email }) })
  return (
    <Entrance title="Set a new password">
      <Form
        isWide
        action="Send me a link"
        isPending={ask.isPending}
        error={ask.error}
        done={ask.isSuccess && 'If that address has an account, a mail with a link is on its way.'}
        onSubmit={() => ask.mutate()}
      >
        <EmailField value={email} onChange={setEmail} />
      </Form>
      <Text size="2">
        <TextLink to="/login">Back to the log-in</TextLink>
      </Text>
    </Entrance>
  )
}
