import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { post } from '../../api/request'
import type { Account } from '../../session/session'
import { EmailField } from '../../ui/email-field'
import { Form } from '../../ui/form'
import { PasswordField } from '../../ui/password-field'
import { Section } from '../../ui/section'

/** The account's address, which changes when the new one is confirmed. */
export function EmailAddress({ account: { email: current, hasPassword } }: { account: Account }) {
  const [email, setEmail] = useState('')
  const [currentPassword, setPassword] = useState('')
  const change = useMutation({
    mutationFn: () => post('/api/auth/email', { email, ...(hasPassword && { currentPassword }) }),
    onSuccess: () => setPassword(''),
  })
  return (
    <Section title="E-mail address" about={`It is ${current}.`}>
      <Form
        action="Change the address"
        isPending={change.isPending}
        error={change.error}
        done={
          change.isSuccess &&
          `We have sent a link to ${email}. Your address changes when you follow it.`
        }
        onSubmit={() => change.mutate()}
      >
        <EmailField label="New address" autoComplete="email" value={email} onChange={setEmail} />
        {hasPassword && (
          <PasswordField
            label="Your password, for the new address"
            value={currentPassword}
            onChange={setPassword}
          />
        )}
      </Form>
    </Section>
  )
}
