import { readFileSync } from 'node:fs'
import { Ajv, type ValidateFunction } from 'ajv'

interface Node {
  [key: string]: unknown
}
interface Operation {
  responses: Record<string, { content: Record<string, { schema: Node }> }>
}

const spec = JSON.parse(
  readFileSync(new URL('../../../data/openapi.billing.json', import.meta.url), 'utf8'),
) as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Record<string, Node> }
  'x-eventTypes': Record<string, string[]>
}

/** OpenAPI's dialect as JSON Schema. An object with declared properties takes no others: that finds stale fields. */
function toJsonSchema(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(toJsonSchema)
  if (typeof node !== 'object' || node === null) return node
  const { nullable, properties, $ref, ...rest } = node as Node
  const known = Object.entries(rest).filter(
    ([key]) => !key.startsWith('x-') && !['title', 'description', 'format'].includes(key),
  )
  const out: Node = Object.fromEntries(known.map(([key, value]) => [key, toJsonSchema(value)]))
  if (typeof $ref === 'string')
    out.$ref = $ref.replace('#/components/schemas/', 'stripe#/definitions/')
  if (properties) {
    const entries = Object.entries(properties as Node)
    out.properties = Object.fromEntries(entries.map(([name, value]) => [name, toJsonSchema(value)]))
    out.additionalProperties ??= false
  }
  if (!nullable) return out
  if (Array.isArray(out.enum)) out.enum = [...(out.enum as unknown[]), null]
  if (out.$ref || out.anyOf || !out.type) return { anyOf: [out, { type: 'null' }] }
  return { ...out, type: [out.type, 'null'] }
}

const definitions = Object.fromEntries(
  Object.entries(spec.components.schemas).map(([name, schema]) => [name, toJsonSchema(schema)]),
)
const ajv = new Ajv({ allErrors: true, strict: false })
ajv.addSchema({ $id: 'stripe', definitions })

const compiled = new Map<string, ValidateFunction>()
function compile(name: string, schema: () => unknown): ValidateFunction {
  const known = compiled.get(name) ?? ajv.compile(schema() as object)
  compiled.set(name, known)
  return known
}

function problemsOf(validate: ValidateFunction, value: unknown): string[] {
  if (validate(value)) return []
  return (validate.errors ?? []).map(
    ({ instancePath, message, params }) =>
      `${instancePath} ${message ?? ''} ${JSON.stringify(params)}`,
  )
}

/** What is wrong with an object as the pinned version describes its kind. */
export const objectProblems = (kind: string, value: unknown): string[] =>
  problemsOf(
    compile(kind, () => ({ $ref: `stripe#/definitions/${kind}` })),
    value,
  )

/** The document's path for a request, such as `/v1/customers/{id}`; the one with the fewest ids fits best. */
export function operationFor(method: string, path: string): string | undefined {
  const fits = (pattern: string) =>
    new RegExp(`^${pattern.replaceAll(/\{\w+\}/g, '[^/]+')}$`).test(path)
  return Object.keys(spec.paths)
    .filter((pattern) => fits(pattern) && spec.paths[pattern]?.[method.toLowerCase()])
    .sort((a, b) => a.split('{').length - b.split('{').length)[0]
}

/** What is wrong with an answer, by the operation that gave it and the kinds of the objects inside. */
export function answerProblems(
  method: string,
  path: string,
  status: number,
  body: unknown,
): string[] {
  if (status >= 400) return objectProblems('error', body)
  const pattern = operationFor(method, path)
  const operation = spec.paths[pattern ?? '']?.[method.toLowerCase()]
  if (!operation) return [`there is no ${method} ${path}`]
  const schema = operation.responses['200']?.content['application/json']?.schema
  return problemsOf(
    compile(`${method} ${pattern ?? ''}`, () => toJsonSchema(schema)),
    body,
  )
}

/** What is wrong with an event and the object in it. */
export function eventProblems(event: { type: string; data: { object: object } }): string[] {
  const kinds = spec['x-eventTypes'][event.type]
  if (!kinds) return [`${event.type} is no event of the pinned version`]
  const { object } = event.data.object as { object: string }
  const kind = kinds.includes(object) ? object : (kinds[0] ?? object)
  return [...objectProblems('event', event), ...objectProblems(kind, event.data.object)].map(
    (problem) => `${event.type}: ${problem}`,
  )
}
