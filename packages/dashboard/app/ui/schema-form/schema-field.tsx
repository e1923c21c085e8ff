import { Checkbox, Flex, Text, TextArea } from '@radix-ui/themes'
import { words } from '../../format/words'
import { Field } from '../field'
import type { JsonSchema } from './json-schema'

interface Props {
  name: string
  schema: JsonSchema
  isRequired: boolean
  value: unknown
  onChange(value: unknown): void
}

const LONG = 200

/** The field for one value of a simple type. */
export function SchemaField({ name, schema, isRequired, value, onChange }: Props) {
  const label = schema.title ?? words(name)
  const { type, description, minLength, maxLength, minimum, maximum } = schema
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  if (type === 'boolean')
    return (
      <Text as="label" size="2">
        <Flex gap="2" align="center">
          <Checkbox checked={value === true} onCheckedChange={(next) => onChange(next === true)} />
          {label}
        </Flex>
      </Text>
    )
  if (type === 'string' && (maxLength ?? 0) > LONG)
    return (
      <Text as="label" size="2" weight="medium" className="full">
        {label}
        <TextArea
          mt="1"
          rows={4}
          required={isRequired}
          minLength={minLength}
          maxLength={maxLength}
          value={text}
          onChange={(event) => onChange(event.currentTarget.value)}
        />
      </Text>
    )
  const isNumber = type === 'number' || type === 'integer'
  return (
    <Field
      label={label}
      {...(description !== undefined && { hint: description })}
      type={isNumber ? 'number' : schema.format === 'email' ? 'email' : 'text'}
      required={isRequired}
      minLength={minLength}
      maxLength={maxLength}
      min={minimum}
      max={maximum}
      step={type === 'integer' ? 1 : 'any'}
      value={text}
      onChange={(next) => onChange(next === '' ? undefined : isNumber ? Number(next) : next)}
    />
  )
}
