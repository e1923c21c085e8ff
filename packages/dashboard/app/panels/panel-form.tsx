import { useSubmitPanel, type Base, type Panel } from '../api/panels'
import { SchemaForm } from '../ui/schema-form/schema-form'

interface Props {
  base: Base
  panel: Panel & { kind: 'form' }
}

export function PanelForm({ base, panel }: Props) {
  const submit = useSubmitPanel(base, panel.name)
  return (
    <SchemaForm
      schema={panel.schema}
      action={panel.action}
      isPending={submit.isPending}
      error={submit.error}
      done={submit.data}
      onSubmit={(input) => submit.mutate(input)}
    />
  )
}
