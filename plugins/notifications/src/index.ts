export { notifications } from './plugin.js'
