import { dictionary } from '@zxcvbn-ts/language-common'

// 49,000 passwords of breaches, most common first, in lower case.
const COMMON = new Set<string>(dictionary['passwords-common'])

/** Whether a password is among the first that attackers try, in whatever case. */
export const isCommonPassword = (password: string): boolean => COMMON.has(password.toLowerCase())
