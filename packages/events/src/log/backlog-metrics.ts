import { metrics, type BatchObservableResult } from '@opentelemetry/api'
import { messageOf, type Logger } from '@titanforge/core'
import type { EventLog } from './event-log.js'

/**
 * Offers the backlog of every consumer to the application's OpenTelemetry metrics, where it has set up
 * any. The database is asked when they are read, and not otherwise.
 *
 * @returns ends it.
 */
export function observeBacklog(log: EventLog, logger: Logger): () => void {
  const meter = metrics.getMeter('titanforge')
  const pending = meter.createObservableGauge('titanforge.events.pending', {
    description: 'Events that a consumer has not handled yet.',
    unit: '{event}',
  })
  const age = meter.createObservableGauge('titanforge.events.oldest', {
    description: 'How long the oldest event that a consumer has not handled yet has been due.',
    unit: 's',
  })
  const scheduled = meter.createObservableGauge('titanforge.events.scheduled', {
    description: 'Events for a consumer whose time has not come yet.',
    unit: '{event}',
  })
  const dead = meter.createObservableGauge('titanforge.events.dead_letters', {
    description: 'Events that a consumer gave up on.',
    unit: '{event}',
  })
  const observe = async (result: BatchObservableResult) => {
    try {
      for (const { consumer, ...backlog } of await log.backlog()) {
        const attributes = { 'messaging.consumer.group.name': consumer }
        result.observe(pending, backlog.pending, attributes)
        result.observe(age, backlog.oldestSeconds, attributes)
        result.observe(scheduled, backlog.scheduled, attributes)
        result.observe(dead, backlog.deadLetters, attributes)
      }
    } catch (error) {
      logger.warn({ reason: messageOf(error) }, 'the backlog could not be measured')
    }
  }
  const gauges = [pending, age, scheduled, dead]
  meter.addBatchObservableCallback(observe, gauges)
  return () => meter.removeBatchObservableCallback(observe, gauges)
}
