import { metrics } from '@opentelemetry/api'
import { PrometheusExporter, PrometheusSerializer } from '@opentelemetry/exporter-prometheus'
import { MeterProvider } from '@opentelemetry/sdk-metrics'
import { observeProcess } from './observe-process.js'

// The plugins measure through OpenTelemetry; where that goes is for the application to say. A reader for
// another place, such as an OTLP collector, would stand beside this one.
const reader = new PrometheusExporter({ preventServerStart: true })
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))
observeProcess()

const serializer = new PrometheusSerializer()

/** What the process has measured so far, in Prometheus' text format. */
export async function readMetrics(): Promise<string> {
  const { resourceMetrics, errors } = await reader.collect()
  if (errors.length > 0) throw new AggregateError(errors, 'Some metrics could not be read.')
  return serializer.serialize(resourceMetrics)
}
