import { Button, Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { useState, type SubmitEvent } from 'react'
import { request } from '../../api/request'
import { accountChanged, useAccount, type Account } from '../../session/session'
import { Field } from '../../ui/field'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'

export function Profile() {
  const { data: account } = useAccount()
  return account ? <ProfileForm account={account} /> : null
}

function ProfileForm({ account }: { account: Account }) {
  const [fullName, setFullName] = useState(account.fullName ?? '')
  const save = useMutation({
    mutationFn: () =>
      request('/api/auth/me', { method: 'PATCH', body: { fullName: fullName.trim() || null } }),
    onSuccess: accountChanged,
  })
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    save.mutate()
  }
  return (
    <Section title="You">
      <form onSubmit={submit}>
        <Flex direction="column" gap="4" align="start" maxWidth="26rem">
          <Text as="p" size="2" className="break">
            {account.email}
          </Text>
          <Field label="Name" autoComplete="name" value={fullName} onChange={setFullName} />
          <Problem error={save.error} />
          <Flex align="center" gap="3">
            <Button loading={save.isPending}>Save</Button>
            <Text size="2" role="status">
              {save.isSuccess && 'Saved.'}
            </Text>
          </Flex>
        </Flex>
      </form>
    </Section>
  )
}
