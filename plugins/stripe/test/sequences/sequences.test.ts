import test from 'ava'
import { differences } from './compare.js'
import { recordings } from './recording.js'
import { openStage, type Stage } from './stage.js'
import { asRecorded, doubled, inParallel, shuffled } from './variants.js'

// Part of the matrix; `npm run sequences` plays all of it, with as many orders as it is told.
const VARIANTS = [asRecorded, doubled, inParallel, shuffled(1)]

for (const refetch of [false, true]) {
  const opened: { stage?: Stage } = {}
  const api = refetch ? 'objects fetched' : 'payloads applied'

  for (const recording of recordings()) {
    test.serial(`${recording.name}, ${api}: ${recording.title}`, async (t) => {
      opened.stage ??= await openStage({ refetch })
      for (const variant of VARIANTS) {
        const state = await opened.stage.play(recording, variant)
        t.deepEqual(differences(state, recording), [], variant.name)
      }
    })
  }

  test.after.always(async () => opened.stage?.close())
}
