import { entitlements } from './0001-entitlements.js'

export const migrations = [entitlements]
