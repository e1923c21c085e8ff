import { Button, Card, Dialog, Flex, Heading, Text } from '@radix-ui/themes'
import { useNavigate } from 'react-router'
import { useStartRun, type Kind, type Startable } from '../../api/runs'
import { words } from '../../format/words'
import { SchemaForm } from '../../ui/schema-form/schema-form'

interface Props {
  kind: Kind
  startable: Startable
}

/** An agent or a workflow, and the form that starts it. */
export function StartCard({ kind, startable: { name, description, input } }: Props) {
  const navigate = useNavigate()
  const start = useStartRun(kind, name)
  const title = words(name)
  const begin = (value: unknown) =>
    start.mutate(value, { onSuccess: ({ id }) => void navigate(`/runs/${id}`) })
  return (
    <Card size="2" asChild>
      <section aria-label={title}>
        <Flex direction="column" gap="3" height="100%">
          <Heading as="h3" size="3">
            {title}
          </Heading>
          <Text as="p" size="2" color="gray">
            {description}
          </Text>
          <Dialog.Root onOpenChange={() => start.reset()}>
            <Flex mt="auto">
              <Dialog.Trigger>
                <Button aria-label={`Start ${title}`}>Start</Button>
              </Dialog.Trigger>
            </Flex>
            <Dialog.Content maxWidth="30rem">
              <Dialog.Title>{title}</Dialog.Title>
              <Dialog.Description size="2" mb="4">
                {description}
              </Dialog.Description>
              <SchemaForm
                schema={input}
                action="Start it"
                isPending={start.isPending}
                error={start.error}
                onSubmit={begin}
              />
            </Dialog.Content>
          </Dialog.Root>
        </Flex>
      </section>
    </Card>
  )
}
