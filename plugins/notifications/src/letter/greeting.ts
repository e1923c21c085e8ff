import { oneLine } from './one-line.js'

// Mail programs make links of these. Anybody can register a stranger's address under any name, and must not
// write to the stranger by it, as in "Hello your account is locked, see evil.example,".
const LOOKS_LIKE_AN_ADDRESS = /[/:@\\]|\.\p{L}{2}/u
const LONGEST = 60

/** Such as `Hello Ada,`; for those who gave no name, or none that is one, `Hello there,`. */
export function greeting(fullName: string | null): string {
  const name = oneLine(fullName ?? '')
  const isName = name !== '' && name.length <= LONGEST && !LOOKS_LIKE_AN_ADDRESS.test(name)
  return `Hello ${isName ? name : 'there'},`
}
