import { Text, TextArea } from '@radix-ui/themes'

interface Props {
  value: string
  onChange(value: string): void
}

export const JsonField = ({ value, onChange }: Props) => (
  <Text as="label" size="2" weight="medium">
    Your answer, as JSON
    <TextArea
      mt="1"
      rows={4}
      required
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  </Text>
)
