import { notifications } from './0001-notifications.js'
import { preferences } from './0002-preferences.js'
import { claims } from './0003-claims.js'

export const migrations = [notifications, preferences, claims]
