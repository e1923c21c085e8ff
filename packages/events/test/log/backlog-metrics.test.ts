import { metrics } from '@opentelemetry/api'
import { MeterProvider, MetricReader } from '@opentelemetry/sdk-metrics'
import { on } from '@titanforge/core'
import { waitFor } from '@titanforge/database/testing'
import test from 'ava'
import { application, noted, record } from '../application.js'

/** Reads when it is asked to. */
class ManualReader extends MetricReader {
  protected override async onForceFlush() {}
  protected override async onShutdown() {}

  /** Of each gauge, the value for each consumer. */
  async read(): Promise<Record<string, Record<string, number>>> {
    const { resourceMetrics } = await this.collect()
    const gauges = resourceMetrics.scopeMetrics.flatMap((scope) => scope.metrics)
    return Object.fromEntries(
      gauges.map(({ descriptor, dataPoints }) => [
        descriptor.name,
        Object.fromEntries(
          dataPoints.map(({ attributes, value }) => [
            String(attributes['messaging.consumer.group.name']),
            value as number,
          ]),
        ),
      ]),
    )
  }
}

const reader = new ManualReader()
metrics.setGlobalMeterProvider(new MeterProvider({ readers: [reader] }))

test.serial(
  "each consumer's backlog can be read as metrics, for as long as the application runs",
  async (t) => {
    const broken = on(noted, 'broken', () => Promise.reject(new Error('no')), {
      retry: { limit: 0 },
    })
    const app = await application(t, { on: [record('idle'), broken] })
    await app.publish('a')
    await waitFor(async () => (await app.bus.deadLetters.list()).length === 1)
    await waitFor(async () => (await app.effects('idle')).length === 1)
    // One waits for its retry, and the other for its time.
    await app.db.query(
      `INSERT INTO event_deliveries (position, consumer, due_at)
     SELECT position, 'idle', now() + interval '1 hour' FROM events`,
    )
    await app.publish('b', { delaySeconds: 3_600 })
    await app.db.query("UPDATE events SET stored_at = now() - interval '90 seconds'")
    const { 'titanforge.events.oldest': oldest, ...counts } = await reader.read()
    t.deepEqual(counts, {
      'titanforge.events.pending': { idle: 1, broken: 0 },
      'titanforge.events.scheduled': { idle: 1, broken: 1 },
      'titanforge.events.dead_letters': { idle: 0, broken: 1 },
    })
    t.is(oldest?.['broken'], 0)
    t.true((oldest?.['idle'] ?? 0) >= 90 && (oldest?.['idle'] ?? 0) < 150)
    await app.forge.stop()
    await reader.read()
    t.false(app.lines.some((line) => line.includes('could not be measured')))
  },
)

test.serial('a database that is away costs a reading, and not the application', async (t) => {
  const app = await application(t, { on: [record('a')] })
  await app.db.query('ALTER TABLE event_consumers RENAME TO elsewhere')
  await reader.read()
  t.true(app.lines.some((line) => line.includes('the backlog could not be measured')))
  await app.db.query('ALTER TABLE elsewhere RENAME TO event_consumers')
  t.is((await reader.read())['titanforge.events.pending']?.['a'], 0)
})
