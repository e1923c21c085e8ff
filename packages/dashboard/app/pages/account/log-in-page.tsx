import { Button, Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { Entrance } from '../../layout/entrance'
import { logIn, useAccount } from '../../session/session'
import { Field } from '../../ui/field'
import { Problem } from '../../ui/problem'
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
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    login.mutate()
  }
  return (
    <Entrance title="Log in">
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
          <Field
            label="Password"
            type="password"
            autoComplete="current-password"
            required
            value={password}
            onChange={setPassword}
          />
          <Problem error={login.error} />
          <Button size="3" loading={login.isPending}>
            Log in
          </Button>
        </Flex>
      </form>
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
