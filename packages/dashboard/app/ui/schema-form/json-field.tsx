import { Text, TextArea } from '@radix-ui/themes'

interface Props {
  value: string
  onChange(value: string): void
}

/** A place for what is no list of simple values. */
export const JsonField = ({ value, onChange }: Props) => (
  <Text as="label" size="2" weight="medium">
    As JSON
    <TextArea
      mt="1"
      rows={4}
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  </Text>
)
