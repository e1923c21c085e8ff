/** Prints whether a goal was met; a missed one makes the process end with 1. */
export function goal(what, isMet, measured) {
  console.log(`  ${isMet ? 'met   ' : 'MISSED'} ${what}: ${measured}`)
  if (!isMet) process.exitCode = 1
}

/** Says of a goal that it was not measured, since one that it compares with is not installed. */
export function unmeasured(what) {
  console.log(`  not measured ${what}: not all are installed (npm install --prefix bench)`)
}
