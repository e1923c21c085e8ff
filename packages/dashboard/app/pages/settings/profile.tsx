import { useMutation } from '@tanstack/react-query'
import { useState } from 'react'
import { request } from '../../api/request'
import { accountChanged, type Account } from '../../session/session'
import { Field } from '../../ui/field'
import { Form } from '../../ui/form'
import { Section } from '../../ui/section'

export function Profile({ account }: { account: Account }) {
  const [fullName, setFullName] = useState(account.fullName ?? '')
  const save = useMutation({
    mutationFn: () =>
      request('/api/auth/me', { method: 'PATCH', body: { fullName: fullName.trim() || null } }),
    onSuccess: accountChanged,
  })
  return (
    <Section title="You">
      <Form
        action="Save"
        isPending={save.isPending}
        error={save.error}
        done={save.isSuccess && 'Saved.'}
        onSubmit={() => save.mutate()}
      >
        <Field label="Name" autoComplete="name" value={fullName} onChange={setFullName} />
      </Form>
    </Section>
  )
}
