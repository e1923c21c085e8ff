import test from 'ava'
import { EventBus } from '../../src/events/event-bus.js'
import { createForge } from '../../src/forge.js'
import { definePlugin } from '../../src/plugins/plugin.js'
import { token } from '../../src/plugins/token.js'
import { captureLog } from '../../src/testing/index.js'

const { log } = captureLog()

test('every application tells who requires, uses, provides and collects what, in start order', async (t) => {
  const Mailer = token<object>('Mailer')
  const Templates = token<object>('Templates')
  const letters = definePlugin({
    name: 'letters',
    requires: { mailer: Mailer, bus: EventBus },
    optional: { templates: Templates },
    collects: ['agents', 'tools'],
    setup: () => ({}),
  })
  const mail = definePlugin({
    name: 'mail',
    provides: { mailer: Mailer },
    setup: () => ({ services: { mailer: {} } }),
  })
  const lines: string[] = []
  const forge = createForge({ plugins: [letters(), mail()], log })
  await forge.command(['plugins'], (line) => lines.push(line))
  t.deepEqual(lines, [
    'plugin                  requires          uses       provides      collects',
    'memory-unit-of-work     -                 -          UnitOfWork    -',
    'memory-events           UnitOfWork        -          EventBus      -',
    'unlimited-entitlements  -                 -          Entitlements  -',
    'unlimited-admission     -                 -          Admission     -',
    'unlimited-ledger        -                 -          Ledger        -',
    'mail                    -                 -          Mailer        -',
    'letters                 Mailer, EventBus  Templates  -             agents, tools',
  ])
})

test('it is listed with the commands of the plugins, none of which can take its name', async (t) => {
  const lines: string[] = []
  await createForge({ plugins: [], log }).command([], (line) => lines.push(line))
  t.regex(lines.join('\n'), /^plugins: tells who requires/)
  const command = { name: 'plugins', description: 'mine', run: async () => undefined }
  const rival = definePlugin({ name: 'rival', setup: () => ({ commands: [command] }) })
  t.throws(() => createForge({ plugins: [rival()], log }), { code: 'COMMAND_CONFLICT' })
})
