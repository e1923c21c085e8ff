import { Checkbox, Flex, Text, TextArea } from '@radix-ui/themes'
import { words } from '../../format/words'
import { ChoiceField } from '../choice-field'
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
  const { type, description, minLength, maxLength, minimum, maximum } = schema
  const called = schema.title ?? words(name)
  const label = isRequired || type === 'boolean' ? called : `${called} (if you like)`
  const text = typeof value === 'string' || typeof value === 'number' ? String(value) : ''
  const hint = description === undefined ? {} : { hint: description }
  const change = (next: string) => onChange(next === '' ? undefined : next)
  if (type === 'boolean')
    return (
      <Text as="label" size="2">
        <Flex gap="2" align="center">
          <Checkbox checked={value === true} onCheckedChange={(next) => onChange(next === true)} />
          {label}
        </Flex>
      </Text>
    )
  const choices = schema.enum?.filter((one) => typeof one === 'string') ?? []
  if (choices.length > 0)
    return (
      <ChoiceField
        label={label}
        choices={new Map([['', 'Choose one'], ...choices.map((one) => [one, words(one)] as const)])}
        isRequired={isRequired}
        value={text}
        onChange={change}
      />
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
          onChange={(event) => change(event.currentTarget.value)}
        />
      </Text>
    )
  const isNumber = type === 'number' || type === 'integer'
  return (
    <Field
      label={label}
      {...hint}
      type={isNumber ? 'number' : schema.format === 'email' ? 'email' : 'text'}
      required={isRequired}
      minLength={minLength}
      maxLength={maxLength}
      min={minimum}
      max={maximum}
      step={type === 'integer' ? 1 : 'any'}
      value={text}
      onChange={(next) => (isNumber && next !== '' ? onChange(Number(next)) : change(next))}
    />
  )
}
