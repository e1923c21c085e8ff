// The process of one contestant: `node host.js MODULE NAME OPTIONS`. MODULE exports `contestants`, each
// `{ name, open(options) }`, where `open` answers with `run(n, lanes)`; `lanes` is how many go on at once.
const [, , module, name, options] = process.argv
const { contestants } = await import(module)
const began = performance.now()

async function open() {
  try {
    return await contestants
      .find((contestant) => contestant.name === name)
      .open(JSON.parse(options))
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    process.send({ missing: error.message })
    process.disconnect()
    return undefined
  }
}

const run = await open()
if (run) {
  process.on('message', async ({ n, lanes }) => {
    const start = performance.now()
    await run(n, lanes)
    const ms = performance.now() - start
    process.send({ ms, peakMiB: process.resourceUsage().maxRSS / 1024 })
  })
  process.send({ openMs: performance.now() - began })
}
