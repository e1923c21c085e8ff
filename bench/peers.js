/** Loads a peer; where it is not installed, says so and answers undefined. */
export async function peer(name) {
  try {
    return await import(name)
  } catch (error) {
    if (error.code !== 'ERR_MODULE_NOT_FOUND') throw error
    console.log(`not installed: ${name} (npm install --prefix bench)`)
    return undefined
  }
}
