import { Button, Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { post, request } from '../../api/request'
import { accountChanged, type Account } from '../../session/session'
import { Confirm } from '../../ui/confirm'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'

/** GitHub as a way to log in. */
export function Github({ account: { hasGithub, emailVerified } }: { account: Account }) {
  const link = useMutation({
    async mutationFn() {
      const returnTo = '/settings'
      location.assign((await post<{ url: string }>('/api/auth/github/link', { returnTo })).url)
    },
  })
  const unlink = useMutation({
    mutationFn: () => request('/api/auth/github', { method: 'DELETE' }),
    onSuccess: accountChanged,
  })
  return (
    <Section title="GitHub">
      <Flex gap="3" align="center" justify="between" wrap="wrap">
        <Text size="2" role="status">
          {hasGithub
            ? 'You can log in through GitHub.'
            : emailVerified
              ? 'Log in with your GitHub account, beside your password.'
              : 'Confirm your address first; then you can log in through GitHub too.'}
        </Text>
        {hasGithub ? (
          <Confirm
            title="Unlink GitHub?"
            text="You cannot log in through it any more."
            action="Unlink it"
            onConfirm={() => unlink.mutate()}
          >
            <Button variant="soft" color="red" loading={unlink.isPending}>
              Unlink GitHub
            </Button>
          </Confirm>
        ) : (
          <Button disabled={!emailVerified} loading={link.isPending} onClick={() => link.mutate()}>
            Link GitHub
          </Button>
        )}
      </Flex>
      <Problem error={link.error ?? unlink.error} />
    </Section>
  )
}
