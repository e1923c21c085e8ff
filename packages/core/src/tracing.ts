import type * as OpenTelemetry from '@opentelemetry/api'
import { messageOf } from './errors.js'
import { onDemand } from './on-demand.js'

const api = onDemand('@opentelemetry/api') as () => typeof OpenTelemetry

export interface SpanOptions {
  kind?: 'internal' | 'producer' | 'consumer'
  attributes?: OpenTelemetry.Attributes
  /** The `traceparent` of a span that led here without being the parent, such as an event's publisher. */
  follows?: string | null
}

const KINDS = { internal: 'INTERNAL', producer: 'PRODUCER', consumer: 'CONSUMER' } as const

const NAME = 'titanforge'

/** Whether the application has set up anything that traces. */
export const isTraced = (): boolean => findTracer() !== undefined

/** Does the work inside a span, which ends with it and bears its failure. */
export function inSpan<Result>(
  name: string,
  { kind = 'internal', attributes = {}, follows }: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const tracer = findTracer()
  if (!tracer) return work()
  const options = { kind: api().SpanKind[KINDS[kind]], attributes, links: linksTo(follows) }
  return tracer.startActiveSpan(name, options, (span) => recorded(span, work))
}

/** The tracer of what the application has set up; undefined where it has set up nothing. */
function findTracer(): OpenTelemetry.Tracer | undefined {
  const provider = api().trace.getTracerProvider()
  const { ProxyTracerProvider } = api()
  return provider instanceof ProxyTracerProvider
    ? provider.getDelegateTracer(NAME)
    : provider.getTracer(NAME)
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
