import type { Schema } from '@titanforge/core'
import type { FormPanel } from './panel.js'

type Definition<Input extends Schema> = Omit<FormPanel, 'kind' | 'input' | 'submit'> & {
  input: Input
  submit(
    input: Input extends Schema<infer Value> ? Value : never,
    ctx: Parameters<FormPanel['submit']>[1],
  ): string | Promise<string>
}

/**
 * A form, whose `submit` is given what its schema makes of what was sent.
 *
 * @example
 * formPanel({
 *   name: 'weather.subscribe', title: 'Weather by mail', audience: 'user', action: 'Subscribe',
 *   input: z.object({ city: z.string().min(1) }),
 *   submit: ({ city }) => `You will hear of the weather in ${city}.`,
 * })
 */
export function formPanel<Input extends Schema>(definition: Definition<Input>): FormPanel {
  // The host hands `submit` what the schema produced, so the types hold.
  return { ...definition, kind: 'form' }
}
