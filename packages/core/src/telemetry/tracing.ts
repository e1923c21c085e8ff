import type * as OpenTelemetry from '@opentelemetry/api'
import { messageOf } from '../errors/errors.js'
import { onDemand } from '../on-demand.js'

const api = onDemand('@opentelemetry/api') as () => typeof OpenTelemetry

declare const isTrace: unique symbol

/** A span with what surrounds it: a context of OpenTelemetry's. Whoever only sees core's types loads none of its. */
export interface Trace {
  readonly [isTrace]: true
}

export interface SpanOptions {
  kind?: 'internal' | 'producer' | 'consumer'
  attributes?: Readonly<Record<string, string>>
  /** The `traceparent` of a span that led here without being the parent, such as an event's publisher. */
  follows?: string | null
  /** Begins a trace of its own, whatever span is active. */
  root?: boolean
  /** The parent, where the active span is of another trace. */
  under?: Trace | undefined
}

const KINDS = { internal: 'INTERNAL', producer: 'PRODUCER', consumer: 'CONSUMER' } as const

/** Where every copy of version 1 of the API keeps what applications register with it. */
const REGISTRY = Symbol.for('opentelemetry.js.api.1')

/** Whether the application has set up anything that traces. Asking does not load the API. */
export function isTraced(): boolean {
  const registered = (globalThis as { [REGISTRY]?: { trace?: object } })[REGISTRY]
  return registered?.trace !== undefined
}

/** What is traced around the calling code; undefined where nothing traces. */
export const activeTrace = (): Trace | undefined =>
  isTraced() ? (api().context.active() as unknown as Trace) : undefined

/** Does the work inside a span, which ends with it and bears its failure. */
export function inSpan<Result>(
  name: string,
  { kind = 'internal', attributes = {}, follows, root = false, under }: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!isTraced()) return work()
  const tracer = api().trace.getTracer('titanforge')
  const options = { kind: api().SpanKind[KINDS[kind]], attributes, links: linksTo(follows), root }
  return tracer.startActiveSpan(name, options, parentOf(under), (span) => recorded(span, work))
}

/** The active span, which may be one of the application's own; unless it is of another trace. */
function parentOf(under: Trace | undefined): OpenTelemetry.Context {
  const active = api().context.active()
  const parent = under as unknown as OpenTelemetry.Context | undefined
  const traceOf = (context: OpenTelemetry.Context) => api().trace.getSpanContext(context)?.traceId
  return parent && traceOf(parent) !== traceOf(active) ? parent : active
}

async function recorded<Result>(
  span: OpenTelemetry.Span,
  work: () => Promise<Result>,
): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    span.setStatus({ code: api().SpanStatusCode.ERROR, message: messageOf(error) })
    throw error
  } finally {
    span.end()
  }
}

/**
 * The active span in the form of a `traceparent` header; null where nothing traces.
 *
 * @see https://www.w3.org/TR/trace-context/#traceparent-header
 */
export function traceparent(): string | null {
  if (!isTraced()) return null
  const context = api().trace.getActiveSpan()?.spanContext()
  if (!context || !api().isSpanContextValid(context)) return null
  const flags = context.traceFlags.toString(16).padStart(2, '0')
  return `00-${context.traceId}-${context.spanId}-${flags}`
}

function linksTo(header: string | null | undefined): OpenTelemetry.Link[] {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header ?? '')
  if (!match) return []
  const [, traceId = '', spanId = '', flags = ''] = match
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags, 16), isRemote: true }
  return api().isSpanContextValid(context) ? [{ context }] : []
}
