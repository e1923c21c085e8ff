import { useAnswer, type Step } from '../../api/runs'
import { SchemaForm } from '../../ui/schema-form/schema-form'
import { Section } from '../../ui/section'

/** What a run waits for its customer to say. */
export function Question({ runId, step }: { runId: string; step: Step }) {
  const answer = useAnswer(runId, step.name)
  return (
    <Section title={step.question ?? 'The run has a question'}>
      <SchemaForm
        schema={step.answerSchema ?? {}}
        action="Answer"
        isPending={answer.isPending}
        error={answer.error}
        onSubmit={(value) => answer.mutate(value)}
      />
    </Section>
  )
}
