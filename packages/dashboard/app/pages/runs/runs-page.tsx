import { Button, Card, Flex, Heading, Text } from '@radix-ui/themes'
import { useNavigate } from 'react-router'
import { useRuns, useStartRun, useWorkflows, type Run, type Workflow } from '../../api/runs'
import { moment } from '../../format/time'
import { words } from '../../format/words'
import { Empty } from '../../ui/empty'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { StatusBadge } from '../../ui/status-badge'
import { Table, type Column } from '../../ui/table'
import { TextLink } from '../../ui/text-link'

export function RunsPage() {
  const workflows = useWorkflows()
  const runs = useRuns()
  return (
    <Page title="Workflows">
      <Loaded query={workflows} height="9rem">
        {(all) =>
          all.length === 0 ? (
            <Empty>This server has no workflow yet.</Empty>
          ) : (
            <div className="cards">
              {all.map((one) => (
                <WorkflowCard key={one.name} workflow={one} />
              ))}
            </div>
          )
        }
      </Loaded>
      <Section title="Your runs">
        <Loaded query={runs}>
          {(rows) => (
            <Table
              label="Your runs"
              rows={rows}
              columns={COLUMNS}
              keyOf={({ id }) => id}
              empty="Nothing has run yet. Start a workflow above."
            />
          )}
        </Loaded>
      </Section>
    </Page>
  )
}

function WorkflowCard({ workflow: { name, description } }: { workflow: Workflow }) {
  const navigate = useNavigate()
  const start = useStartRun()
  const begin = () => start.mutate(name, { onSuccess: ({ id }) => void navigate(`/runs/${id}`) })
  return (
    <Card size="3" asChild>
      <section aria-label={words(name)}>
        <Flex direction="column" gap="3" height="100%">
          <Heading as="h2" size="4">
            {words(name)}
          </Heading>
          <Text as="p" size="2" color="gray">
            {description}
          </Text>
          <Problem error={start.error} />
          <Flex mt="auto">
            <Button loading={start.isPending} aria-label={`Start ${words(name)}`} onClick={begin}>
              Start
            </Button>
          </Flex>
        </Flex>
      </section>
    </Card>
  )
}

const COLUMNS: Column<Run>[] = [
  {
    title: 'Workflow',
    cell: ({ id, workflow }) => <TextLink to={`/runs/${id}`}>{words(workflow)}</TextLink>,
  },
  { title: 'Status', cell: ({ status }) => <StatusBadge status={status} /> },
  { title: 'Progress', align: 'right', cell: ({ progress }) => `${progress ?? 0} %` },
  { title: 'Started', cell: ({ createdAt }) => moment(createdAt) },
]
