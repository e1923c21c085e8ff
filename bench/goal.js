/** Prints whether a goal was met; a missed one makes the process end with 1. */
export function goal(what, isMet, measured) {
  console.log(`  ${isMet ? 'met   ' : 'MISSED'} ${what}: ${measured}`)
  if (!isMet) process.exitCode = 1
}
