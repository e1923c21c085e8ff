export { reporter } from './agent.js'
export { milestoneReached } from './contract.js'
export { milestones } from './plugin.js'
