import { definePlugin } from '../plugins/plugin.js'
import { UnitOfWork } from '../transactions/transaction.js'
import { EventBus } from './event-bus.js'
import { MemoryEventBus } from './memory-bus.js'
import { collectSubscriptions } from './registry.js'

/**
 * The bus of applications without a database.
 *
 * @example
 * const forge = createForge({ plugins: [memoryEvents()] }) // every application without another bus has it
 */
export const memoryEvents = definePlugin({
  name: 'memory-events',
  requires: { unitOfWork: UnitOfWork },
  provides: { bus: EventBus },
  setup({ log, forge, unitOfWork }) {
    const bus = new MemoryEventBus(log, unitOfWork)
    return {
      services: { bus },
      // Until then, those that stop before may publish, and nothing of that is delivered any more.
      start: async () => () => bus.close(collectSubscriptions(forge)),
      serve() {
        bus.consume(collectSubscriptions(forge))
        // The other half is for what is closed when nothing is handled any more.
        return () => bus.stop(forge.stopTimeoutMs / 2)
      },
    }
  },
})
