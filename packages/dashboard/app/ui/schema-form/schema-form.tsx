import { useState } from 'react'
import { ApiError } from '../../api/api-error'
import { Form } from '../form'
import type { JsonSchema } from './json-schema'
import { JsonField } from './json-field'
import { SchemaField } from './schema-field'

interface Props {
  schema: JsonSchema
  /** What the button says. */
  action: string
  isPending: boolean
  error: unknown
  /** What is said when it is done. */
  done?: string | undefined
  onSubmit(value: unknown): void
}

const SIMPLE = ['string', 'number', 'integer', 'boolean']

/** A form for what a schema describes; for what has no simple fields, a place for JSON. */
export function SchemaForm({ schema, onSubmit, error, ...form }: Props) {
  const fields = Object.entries(schema.properties ?? {}).filter(([, { readOnly }]) => !readOnly)
  const isSimple =
    schema.type === 'object' && fields.every(([, { type = '' }]) => SIMPLE.includes(type))
  const [values, setValues] = useState<Record<string, unknown>>(() =>
    Object.fromEntries(fields.map(([name, field]) => [name, initial(field)])),
  )
  const [json, setJson] = useState('')
  const [problem, setProblem] = useState<Error>()
  const submit = () => {
    setProblem(undefined)
    const value = isSimple ? values : parse(json)
    if (value instanceof Error) setProblem(value)
    else onSubmit(value)
  }
  return (
    <Form {...form} error={problem ?? error} onSubmit={submit}>
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
    </Form>
  )
}

const initial = ({ type, default: value }: JsonSchema) =>
  value ?? (type === 'boolean' ? false : undefined)

function parse(json: string): unknown {
  try {
    return JSON.parse(json)
  } catch {
    return new ApiError(0, 'NOT_JSON', 'This is no JSON.')
  }
}
