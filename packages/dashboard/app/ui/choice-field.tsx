import { Text } from '@radix-ui/themes'

interface Props {
  label: string
  /** The values, and what they are called. */
  choices: ReadonlyMap<string, string>
  isRequired?: boolean
  value: string
  onChange(value: string): void
}

/** One of a few values, by the browser's own list: it fits every device and every reader. */
export const ChoiceField = ({ label, choices, isRequired = false, value, onChange }: Props) => (
  <Text as="label" size="2" weight="medium">
    {label}
    <select
      className="choice"
      required={isRequired}
      value={value}
      onChange={(event) => onChange(event.currentTarget.value)}
    >
      {[...choices].map(([choice, name]) => (
        <option key={choice} value={choice}>
          {name}
        </option>
      ))}
    </select>
  </Text>
)
