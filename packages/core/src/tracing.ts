import {
  isSpanContextValid,
  SpanKind,
  SpanStatusCode,
  trace,
  type Attributes,
  type Link,
  type Span,
} from '@opentelemetry/api'
import { messageOf } from './errors.js'

// Goes to whatever the application has set up, and nowhere where it has set up nothing.
const tracer = trace.getTracer('titanforge')

export interface SpanOptions {
  kind?: 'internal' | 'producer' | 'consumer'
  attributes?: Attributes
  /** The `traceparent` of a span that led here without being the parent, such as an event's publisher. */
  follows?: string | null
}

const KINDS = {
  internal: SpanKind.INTERNAL,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
}

/** Does the work inside a span, which ends with it and bears its failure. */
export function inSpan<Result>(
  name: string,
  { kind = 'internal', attributes = {}, follows }: SpanOptions,
  work: () => Promise<Result>,
): Promise<Result> {
  const options = { kind: KINDS[kind], attributes, links: linksTo(follows) }
  return tracer.startActiveSpan(name, options, (span) =>
    // Where nothing records, there is nothing to end either.
    span.isRecording() ? recorded(span, work) : work(),
  )
}

async function recorded<Result>(span: Span, work: () => Promise<Result>): Promise<Result> {
  try {
    return await work()
  } catch (error) {
    span.setStatus({ code: SpanStatusCode.ERROR, message: messageOf(error) })
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
  const context = trace.getActiveSpan()?.spanContext()
  if (!context || !isSpanContextValid(context)) return null
  const flags = context.traceFlags.toString(16).padStart(2, '0')
  return `00-${context.traceId}-${context.spanId}-${flags}`
}

function linksTo(header: string | null | undefined): Link[] {
  const match = /^00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(header ?? '')
  const [, traceId = '', spanId = '', flags = ''] = match ?? []
  const context = { traceId, spanId, traceFlags: Number.parseInt(flags || '0', 16), isRemote: true }
  return isSpanContextValid(context) ? [{ context }] : []
}
