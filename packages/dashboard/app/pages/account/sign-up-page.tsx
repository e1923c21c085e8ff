import { Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { Navigate, useSearchParams } from 'react-router'
import { ApiError } from '../../api/api-error'
import { post } from '../../api/request'
import { Entrance } from '../../layout/entrance'
import { logIn, useAccount } from '../../session/session'
import { EmailField } from '../../ui/email-field'
import { Field } from '../../ui/field'
import { Form } from '../../ui/form'
import { PasswordField } from '../../ui/password-field'
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
      <Form
        isWide
        action="Make the account"
        isPending={signUp.isPending}
        error={signUp.error}
        onSubmit={() => signUp.mutate()}
      >
        <EmailField value={email} onChange={setEmail} />
        <Field
          label="Name (if you like)"
          autoComplete="name"
          value={fullName}
          onChange={setFullName}
        />
        <PasswordField isNew value={password} onChange={setPassword} />
      </Form>
      <GithubButton returnTo={next} />
      <Text as="p" size="2" mt="5">
        You have an account? {logInLink}
      </Text>
    </Entrance>
  )
}
