import { Button, Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { ApiError } from '../../api/api-error'
import { post } from '../../api/request'
import { Entrance } from '../../layout/entrance'
import { logIn, useAccount } from '../../session/session'
import { Field } from '../../ui/field'
import { Problem } from '../../ui/problem'
import { TextLink } from '../../ui/text-link'
import { afterLogIn } from './after-log-in'
import { GithubButton } from './github-button'

export function SignUpPage() {
  const [email, setEmail] = useState('')
  const [fullName, setFullName] = useState('')
  const [password, setPassword] = useState('')
  const [search] = useSearchParams()
  const account = useAccount()
  const signUp = useMutation({
    async mutationFn() {
      const name = fullName.trim()
      await post('/api/auth/register', { email, password, ...(name && { fullName: name }) })
      try {
        await logIn(email, password)
        return 'in'
      } catch (error) {
        // The address has an account already, with another password; its owner was told by mail.
        if (error instanceof ApiError && error.status === 401) return 'mailed'
        throw error
      }
    },
  })
  const next = afterLogIn(search)
  if (account.data) return <Navigate to={next} replace />
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    signUp.mutate()
  }
  const logInLink = <TextLink to={`/login?${search.toString()}`}>Log in</TextLink>
  if (signUp.data === 'mailed')
    return (
      <Entrance title="Look at your mail">
        <Text as="p" size="2" mb="4">
          We have sent a mail to {email}. It says how to go on.
        </Text>
        <Text size="2">{logInLink}</Text>
      </Entrance>
    )
  return (
    <Entrance title="Make an account">
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
            label="Name (if you like)"
            autoComplete="name"
            value={fullName}
            onChange={setFullName}
          />
          <Field
            label="Password"
            type="password"
            autoComplete="new-password"
            required
            minLength={8}
            hint="At least 8 characters"
            value={password}
            onChange={setPassword}
          />
          <Problem error={signUp.error} />
          <Button size="3" loading={signUp.isPending}>
            Make the account
          </Button>
        </Flex>
      </form>
      <GithubButton returnTo={next} />
      <Text as="p" size="2" mt="5">
        You have an account? {logInLink}
      </Text>
    </Entrance>
  )
}
