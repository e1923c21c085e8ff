import { randomBytes } from 'node:crypto'
import { createProduct } from '../catalogue/create-product.js'
import type { ResolvedOptions } from '../options.js'
import { timetable } from '../timetable.js'
import { CONFIGURED, createEndpoint, removeEndpoint } from '../webhooks/endpoints.js'
import type { Settings } from './hidden.js'
import { Journal } from './journal.js'
import { refuseOpenElsewhere } from './refuse-open-elsewhere.js'
import { Store } from './store.js'
import type { Transaction } from './transaction.js'
import { World } from './world.js'

/**
 * Opens the world of a file, or a new one, and sets what the options say.
 *
 * @throws SANDBOX_FILE_IN_USE, SANDBOX_FILE_DAMAGED
 */
export async function openWorld(options: ResolvedOptions): Promise<World> {
  const journal = options.file === undefined ? undefined : new Journal(options.file)
  const store = new Store()
  store.apply(journal?.read() ?? [])
  const known = store.get('settings') as Settings | undefined
  const isNew = known === undefined
  if (journal && known) await refuseOpenElsewhere(journal.file, known.base_url)
  if (isNew) store.apply([['settings', settingsOf(options)]])
  journal?.compact(store.all())
  const world = new World(store, timetable, journal, Date.now)
  world.run((tx) => {
    if (!isNew) configure(tx, options)
    setWebhook(tx, options.webhook)
    if (isNew) for (const product of options.catalogue) createProduct(tx, product)
  })
  return world
}

function settingsOf({ seed, startAt, dunning, chaos }: ResolvedOptions): Settings {
  return {
    id: 'settings',
    object: 'sandbox.settings',
    seed: seed ?? randomBytes(16).toString('hex'),
    drawn: 0,
    base_url: '',
    ahead: startAt === undefined ? 0 : startAt - Math.floor(Date.now() / 1000),
    dunning,
    chaos,
    outage: null,
  }
}

/** What is configured counts at every start; the clock and the seed are the world's. */
function configure(tx: Transaction, { dunning, chaos }: ResolvedOptions): void {
  Object.assign(tx.settings, { dunning, chaos })
}

function setWebhook(tx: Transaction, webhook: ResolvedOptions['webhook']): void {
  const [known] = tx.find('webhook_endpoint', ({ description }) => description === CONFIGURED)
  if (!webhook) {
    if (known) removeEndpoint(tx, known)
    return
  }
  const { url, secret, events, apiVersion } = webhook
  const fields = { url, enabled_events: events, api_version: apiVersion }
  if (known) Object.assign(known, { ...fields, _secret: secret })
  else createEndpoint(tx, { ...fields, secret, description: CONFIGURED })
}
