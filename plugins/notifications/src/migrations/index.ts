import { notifications } from './0001-notifications.js'
import { preferences } from './0002-preferences.js'

export const migrations = [notifications, preferences]
