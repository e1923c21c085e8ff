import { Button, Flex } from '@radix-ui/themes'
import { useState, type SubmitEvent } from 'react'
import { ApiError } from '../../api/api-error'
import { Problem } from '../problem'
import type { JsonSchema } from './json-schema'
import { JsonField } from './json-field'
import { SchemaField } from './schema-field'

interface Props {
  schema: JsonSchema
  /** What the button says. */
  action: string
  isPending: boolean
  error: unknown
  onSubmit(value: unknown): void
}

const SIMPLE = ['string', 'number', 'integer', 'boolean']

/** A form for what a schema describes; for what has no simple fields, a place for JSON. */
export function SchemaForm({ schema, action, isPending, error, onSubmit }: Props) {
  const fields = Object.entries(schema.properties ?? {})
  const isSimple =
    schema.type === 'object' && fields.every(([, { type = '' }]) => SIMPLE.includes(type))
  const [values, setValues] = useState<Record<string, unknown>>(() =>
    Object.fromEntries(fields.map(([name, field]) => [name, initial(field)])),
  )
  const [json, setJson] = useState('')
  const [problem, setProblem] = useState<Error>()
  const submit = (event: SubmitEvent) => {
    event.preventDefault()
    setProblem(undefined)
    try {
      onSubmit(isSimple ? values : (JSON.parse(json) as unknown))
    } catch {
      setProblem(new ApiError(0, 'NOT_JSON', 'This is no JSON.'))
    }
  }
  return (
    <form onSubmit={submit}>
      <Flex direction="column" gap="4" align="start">
        {isSimple ? (
          fields.map(([name, field]) => (
            <SchemaField
              key={name}
              name={name}
              schema={field}
              isRequired={schema.required?.includes(name) ?? false}
              value={values[name]}
              onChange={(value) => setValues((before) => ({ ...before, [name]: value }))}
            />
          ))
        ) : (
          <JsonField value={json} onChange={setJson} />
        )}
        <Problem error={problem ?? error} />
        <Button loading={isPending}>{action}</Button>
      </Flex>
    </form>
  )
}

const initial = ({ type, default: value }: JsonSchema) =>
  value ?? (type === 'boolean' ? false : undefined)
