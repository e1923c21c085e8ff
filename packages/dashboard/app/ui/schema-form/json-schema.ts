/** As much of JSON Schema as a form is made from. */
export interface JsonSchema {
  type?: string
  title?: string
  description?: string
  enum?: unknown[]
  properties?: Record<string, JsonSchema>
  required?: string[]
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
  format?: string
  default?: unknown
  /** Set by the application alone, and in no form. */
  readOnly?: boolean
}
