import { Field } from './field'

interface Props {
  label?: string
  /** `username` where it says who logs in. */
  autoComplete?: 'username' | 'email'
  value: string
  onChange(value: string): void
}

export const EmailField = ({
  label = 'E-mail address',
  autoComplete = 'username',
  ...props
}: Props) => <Field label={label} type="email" autoComplete={autoComplete} required {...props} />
