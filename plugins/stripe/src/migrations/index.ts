import { billing } from './0001-billing.js'

export const migrations = [billing]
