export { messageRequested, type DiscordMessage } from './messages/message.js'
