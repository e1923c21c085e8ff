import type { OpenApiDocument } from './document.js'
import type { Operation } from './operation.js'

/** The document as a page that needs no script: a section for each plugin, and its operations to unfold. */
export function docsPage({ info, paths, components }: OpenApiDocument): string {
  const sections = Map.groupBy(
    Object.entries(paths).flatMap(([path, operations]) =>
      Object.entries(operations).map(([method, operation]) => ({ method, path, operation })),
    ),
    ({ operation }) => operation.tags.join(', '),
  )
  const content = [...sections].map(
    ([tag, entries]) => `<section>
      <h2>${escaped(tag)}</h2>
      ${entries.map(operationHtml).join('\n      ')}
    </section>`,
  )
  return `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <meta name="color-scheme" content="light dark">
    <title>${escaped(info.title)}: the API</title>
    <link rel="stylesheet" href="/docs/style.css">
  </head>
  <body>
    <h1>${escaped(info.title)}</h1>
    <p>
      What is not for anybody takes an access token, or an API key that has the scopes, as
      <code>Authorization: Bearer …</code>. A POST with an <code>Idempotency-Key</code> can safely be
      sent again: its second answer is the first one. For programs, the same as
      <a href="/openapi.json">openapi.json</a>.
    </p>
    ${content.join('\n    ')}
    <section>
      <h2>Errors</h2>
      ${schemaHtml('Every error', components.schemas.Error)}
    </section>
  </body>
</html>
`
}

interface Entry {
  method: string
  path: string
  operation: Operation
}

function operationHtml({ method, path, operation }: Entry): string {
  const { operationId, summary, description, security, parameters, requestBody, responses } =
    operation
  const scopes = security.flatMap((scheme) => Object.values(scheme).flat())
  return `<details id="${escaped(operationId)}">
        <summary><code><b>${escaped(method.toUpperCase())}</b> ${escaped(path)}</code> ${escaped(summary)}</summary>
        <p>${escaped(description)}${scopes.length > 0 ? ` Scopes: ${escaped(scopes.join(', '))}.` : ''}</p>
        ${parameters.filter(isOfRoute).map(parameterHtml).join('')}
        ${requestBody ? schemaHtml('Body', schemaIn(requestBody.content)) : ''}
        ${schemaHtml('Answer', schemaIn(responses['2XX']?.content))}
      </details>`
}

/** Those that every route takes are said once, on top. */
const isOfRoute = ({ in: place }: Operation['parameters'][number]) => place !== 'header'

const parameterHtml = ({ name, in: place, required, schema }: Operation['parameters'][number]) =>
  schemaHtml(`${name}, in the ${place}${required ? '' : ', optional'}`, schema)

const schemaIn = (content: Record<string, { schema: unknown }> = {}) =>
  Object.values(content)[0]?.schema

const schemaHtml = (title: string, schema: unknown) =>
  schema === undefined
    ? ''
    : `<h3>${escaped(title)}</h3><pre>${escaped(JSON.stringify(schema, null, 2))}</pre>`

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }
const escaped = (text: string) => text.replaceAll(/[&<>"]/g, (sign) => ENTITIES[sign] ?? sign)
