import { Button, Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { post } from '../../api/request'
import { Entrance } from '../../layout/entrance'
import { Field } from '../../ui/field'
import { Problem } from '../../ui/problem'
import { TextLink } from '../../ui/text-link'

export function ForgotPage() {
  const [email, setEmail] = useState('')
  const ask = useMutation({ mutationFn: () => post('/api/auth/password/forgot', { email }) })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    ask.mutate()
  }
  return (
    <Entrance title="Set a new password">
      <form onSubmit={submit}>
        <Flex direction="column" gap="4">
          <Field
            label="E-mail address"
            type="email"
            autoComplete="username"
            required
            value={email}
            onChange={setEmail}
          />
          <Problem error={ask.error} />
          <Button size="3" loading={ask.isPending}>
            Send me a link
          </Button>
          <Text size="2" role="status">
            {ask.isSuccess && 'If that address has an account, a mail with a link is on its way.'}
          </Text>
        </Flex>
      </form>
      <Text size="2">
        <TextLink to="/login">Back to the log-in</TextLink>
      </Text>
    </Entrance>
  )
}
