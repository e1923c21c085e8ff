import { Field } from './field'

interface Props {
  label?: string
  /** Whether one is chosen, rather than told. */
  isNew?: boolean
  value: string
  onChange(value: string): void
}

const NEW = { autoComplete: 'new-password', minLength: 8, hint: 'At least 8 characters' } as const

export const PasswordField = ({ label = 'Password', isNew = false, ...props }: Props) => (
  <Field
    label={label}
    type="password"
    required
    {...(isNew ? NEW : { autoComplete: 'current-password' })}
    {...props}
  />
)
