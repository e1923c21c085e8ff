import { Text, TextField } from '@radix-ui/themes'
import type { ComponentProps } from 'react'

interface Props extends Omit<ComponentProps<typeof TextField.Root>, 'onChange' | 'value'> {
  label: string
  hint?: string
  value: string
  onChange(value: string): void
}

/** A line of text with its label. */
export const Field = ({ label, hint, onChange, ...props }: Props) => (
  <Text as="label" size="2" weight="medium" className="full">
    {label}
    <TextField.Root
      mt="1"
      size="3"
      {...props}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
    {hint && (
      <Text as="span" size="1" color="gray" weight="regular">
        {hint}
      </Text>
    )}
  </Text>
)
