import { entitlements } from './0001-entitlements.js'
import { providerFeatures } from './0002-provider-features.js'
import { overrides } from './0003-overrides.js'
import { usage } from './0004-usage.js'

export const migrations = [entitlements, providerFeatures, overrides, usage]
