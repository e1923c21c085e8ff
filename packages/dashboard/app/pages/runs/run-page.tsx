import { Button, Flex, Progress, Text } from '@radix-ui/themes'
import { useParams } from 'react-router'
import { isMissing } from '../../api/api-error'
import { useRunStream } from '../../api/run-stream'
import { isOver, stateOf, targetOf, useRun, useTellRun, type RunWithSteps } from '../../api/runs'
import { moment } from '../../format/time'
import { words } from '../../format/words'
import { Confirm } from '../../ui/confirm'
import { Empty } from '../../ui/empty'
import { Loaded } from '../../ui/loaded'
import { Page } from '../../ui/page'
import { Problem } from '../../ui/problem'
import { Section } from '../../ui/section'
import { StatusBadge } from '../../ui/status-badge'
import { TextLink } from '../../ui/text-link'
import { Question } from './question'
import { Steps } from './steps'

export function RunPage() {
  const { id = '' } = useParams()
  const run = useRun(id)
  useRunStream(id, run.data !== undefined && !isOver(run.data))
  if (isMissing(run.error)) return <MissingRun />
  return (
    <Page title={run.data ? words(targetOf(run.data)) : 'A run'}>
      <Text size="2">
        <TextLink to="/runs">All runs</TextLink>
      </Text>
      <Loaded query={run} height="20rem">
        {(run) => <RunView run={run} />}
      </Loaded>
    </Page>
  )
}

const MissingRun = () => (
  <Page title="There is no such run">
    <Empty>
      It may be another account’s. <TextLink to="/runs">Back to your runs</TextLink>
    </Empty>
  </Page>
)

function RunView({ run }: { run: RunWithSteps }) {
  const cancel = useTellRun(run.id, 'cancel')
  const retry = useTellRun(run.id, 'retry')
  const { progress, text } = stateOf(run)
  const asked = run.steps.filter(
    ({ kind, status, by }) => kind === 'person' && status === 'waiting' && by === 'customer',
  )
  return (
    <>
      <Section title="State">
        <Flex align="center" gap="3" wrap="wrap" role="status">
          <StatusBadge status={run.status} />
          {!isOver(run) && <Text size="2">{text}</Text>}
        </Flex>
        <Progress value={progress} aria-label="Progress" />
        <Text as="p" size="2" color="gray">
          Started {moment(run.createdAt)}
          {run.finishedAt && `, ended ${moment(run.finishedAt)}`}
        </Text>
        {run.error && (
          <Text as="p" size="2" color="red" highContrast role="alert">
            {run.error.message}
          </Text>
        )}
        <Flex gap="3">
          {!isOver(run) && (
            <Confirm
              title="Cancel the run?"
              text="What it has done is undone where that is possible."
              action="Cancel the run"
              onConfirm={() => cancel.mutate()}
            >
              <Button variant="soft" color="red" loading={cancel.isPending}>
                Cancel
              </Button>
            </Confirm>
          )}
          {run.status === 'failed' && (
            <Button loading={retry.isPending} onClick={() => retry.mutate()}>
              Try again
            </Button>
          )}
        </Flex>
        <Problem error={cancel.error ?? retry.error} />
      </Section>
      {asked.map((step) => (
        <Question key={step.name} runId={run.id} step={step} />
      ))}
      <Section title="Steps">
        <Steps steps={run.steps} />
      </Section>
      {run.output !== null && run.output !== undefined && (
        <Section title="Result">
          <pre className="value" tabIndex={0}>
            {JSON.stringify(run.output, null, 2)}
          </pre>
        </Section>
      )}
    </>
  )
}
