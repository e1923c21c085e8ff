import { workflows } from './0001-workflows.js'

export const migrations = [workflows]
