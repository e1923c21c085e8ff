/** A form's texts that are numbers as numbers, and empty ones as null: what the schemas of the sandbox take. */
export function numbersOf(form: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(form).map(([name, value]) => [name, numberOf(value)]))
}

function numberOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(numberOf)
  if (value === '') return null
  return typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value) ? Number(value) : value
}
