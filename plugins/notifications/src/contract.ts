export type { Channel, CustomerMessage, TeamMessage } from './channels/channel.js'
export type { Block, Letter } from './letter/letter.js'
export {
  defineAlert,
  defineNotice,
  type Alert,
  type Notice,
  type Topic,
  type Writing,
} from './notice.js'
