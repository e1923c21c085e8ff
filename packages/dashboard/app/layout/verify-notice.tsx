import { Button, Callout, Flex, Text } from '@radix-ui/themes'
import { useMutation } from '@tanstack/react-query'
import { explain } from '../api/api-error'
import { post } from '../api/request'
import { accountChanged } from '../session/session'

/** Says that an address is to be confirmed, and offers another mail. */
export function VerifyNotice({ email }: { email: string }) {
  const resend = useMutation({ mutationFn: () => post('/api/auth/verify/resend') })
  const said = resend.isSuccess
    ? 'Another mail is on its way.'
    : resend.error && explain(resend.error)
  return (
    <Callout.Root color="amber" highContrast mb="5">
      <Callout.Text>
        Confirm your address with the link that we have sent to{' '}
        <span className="break">{email}</span>.
      </Callout.Text>
      <Flex gap="3" align="center" wrap="wrap">
        <Button
          size="1"
          variant="solid"
          highContrast
          loading={resend.isPending}
          onClick={() => resend.mutate()}
        >
          Send it again
        </Button>
        <Button size="1" variant="outline" highContrast onClick={() => void accountChanged()}>
          I have confirmed it
        </Button>
        <Text size="1" role="status">
          {said}
        </Text>
      </Flex>
    </Callout.Root>
  )
}
