import { Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { Entrance } from '../../layout/entrance'
import { logIn, useAccount } from '../../session/session'
import { EmailField } from '../../ui/email-field'
import { Form } from '../../ui/form'
import { PasswordField } from '../../ui/password-field'
import { TextLink } from '../../ui/text-link'
import { afterLogIn } from './after-log-in'
import { GithubButton } from './github-button'

export function LogInPage() {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [search] = useSearchParams()
  const account = useAccount()
  const login = useMutation({ mutationFn: () => logIn(email, password) })
  const next = afterLogIn(search)
  if (account.data) return <Navigate to={next} replace />
  return (
    <Entrance title="Log in">
      <Form
        isWide
        action="Log in"
        isPending={login.isPending}
        error={login.error}
        onSubmit={() => login.mutate()}
      >
        <EmailField value={email} onChange={setEmail} />
        <PasswordField value={password} onChange={setPassword} />
      </Form>
      <GithubButton returnTo={next} />
      <Flex justify="between" mt="5" gap="3" wrap="wrap">
        <Text size="2">
          <TextLink to={`/signup?${search.toString()}`}>Make an account</TextLink>
        </Text>
        <Text size="2">
          <TextLink to="/forgot">Forgot your password?</TextLink>
        </Text>
      </Flex>
    </Entrance>
  )
}
