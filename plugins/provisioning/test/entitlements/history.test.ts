import test from 'ava'
import fc from 'fast-check'
import { v7 as uuidv7 } from 'uuid'
import { decide } from '../../src/entitlements/decide.js'
import { application } from '../support/application.js'
import { happening, type Word } from '../support/history.js'

const everyone = { features: ['reading'], limits: { runs: 1 } }
const app = await application({ everyone })
test.after.always(() => app.close())

const MOMENTS = ['2027-01-01', '2027-01-10', '2027-01-15', '2027-01-25', '2027-02-01']

/** Publishes what billing says, and does what operators do. Resolves with the event's id, if any. */
async function tell(userId: string, { event, command }: Word): Promise<string[]> {
  if (command) {
    const argv = ['entitlements:override', `${userId}@example.com`, ...command]
    await app.forge.command(argv, () => undefined)
  }
  if (!event) return []
  const externalId = uuidv7()
  const options = { source: 'test', externalId }
  await app.db.transaction((tx) => app.bus.publish(tx, event.type, event.payload, options))
  return [externalId]
}

/** What a user may do, by nothing but the history: the last word of each source, and the clock. */
function fromScratch(history: readonly Word[], at: Date) {
  const last = new Map(history.map((word) => [word.sourceId, word]))
  const held = [...last.values()].flatMap(({ source, entitlements }) =>
    entitlements.map((one) => ({ ...one, source })),
  )
  return decide(held, everyone, at)
}

const rowsOf = (userId: string) =>
  app.db.query(
    'SELECT * FROM entitlements WHERE user_id = $1 ORDER BY source, source_id, kind, feature',
    [userId],
  )
const publishedAbout = (userId: string) =>
  app.db.query<{ event_type: string; count: number }>(
    `SELECT event_type, count(*)::int FROM events WHERE user_id = $1
     AND event_type NOT LIKE 'billing.%' GROUP BY 1 ORDER BY 1`,
    [userId],
  )

test.serial(
  'after any history, in any order and repeated, what is kept is what the history says',
  async (t) => {
    const histories = fc.array(happening, { minLength: 1, maxLength: 8 })
    await fc.assert(
      fc.asyncProperty(histories, fc.infiniteStream(fc.nat()), async (happenings, chance) => {
        const draw = () => Number(chance.next().value)
        const userId = await app.user()
        const history = happenings.map((happens, place) => happens(userId, place + 1))
        // What operators do, they do one after another; events come in any order, and some again.
        const ids: string[] = []
        for (const word of history.filter(({ command }) => command)) await tell(userId, word)
        const events = history.filter(({ event }) => event)
        const coming = [...events, ...events.filter(() => draw() % 3 === 0)]
          .map((word) => ({ word, place: draw() }))
          .sort((a, b) => a.place - b.place)
        for (const told of await Promise.all(coming.map(({ word }) => tell(userId, word))))
          ids.push(...told)
        await app.settled(ids)
        for (const moment of MOMENTS) {
          const at = new Date(moment)
          t.deepEqual(await app.grants.of(userId, at), fromScratch(history, at), moment)
        }
      }),
      { numRuns: 40, includeErrorInReport: true },
    )
  },
)

test.serial('replaying all events changes nothing, and starts nothing again', async (t) => {
  const userId = await app.user()
  const happenings = fc.sample(happening, { numRuns: 40, seed: 7 })
  for (const [place, happens] of happenings.entries())
    await app.settled(await tell(userId, happens(userId, place + 1)))
  const [rows, published] = [await rowsOf(userId), await publishedAbout(userId)]
  t.true(rows.length > 5)
  t.true(published.some(({ event_type: type }) => type === 'provisioning.workflow_requested'))
  const consumers = ['entitlements', 'purchases', 'provider-features']
  for (const name of consumers) t.true((await app.bus.replay(`provisioning.${name}`)) > 0)
  await app.idle()
  t.deepEqual(await rowsOf(userId), rows)
  t.deepEqual(await publishedAbout(userId), published)
})
