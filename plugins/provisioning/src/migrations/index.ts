import { entitlements } from './0001-entitlements.js'
import { providerFeatures } from './0002-provider-features.js'

export const migrations = [entitlements, providerFeatures]
