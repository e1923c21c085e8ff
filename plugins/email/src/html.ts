/** Markup that needs no more escaping. Only {@link html} makes it, so only its type is exported. */
class Html {
  constructor(private readonly markup: string) {}

  toString(): string {
    return this.markup
  }
}

export type { Html }

type Value = string | number | Html | readonly Html[]

/**
 * A template that escapes every value, in text and in quoted attributes. Markup made by it is inserted as
 * it is, a list of markup piece by piece.
 *
 * @example
 * html`<p title="${title}">Hello ${name}</p> <ul>${plans.map((plan) => html`<li>${plan}</li>`)}</ul>`
 */
export function html(strings: TemplateStringsArray, ...values: Value[]): Html {
  return new Html(String.raw({ raw: strings }, ...values.map(render)))
}

function render(value: Value): string {
  if (value instanceof Html) return value.toString()
  if (typeof value === 'object') return value.join('')
  return String(value).replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
