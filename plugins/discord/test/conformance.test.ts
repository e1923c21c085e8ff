import { pluginConformance } from '@titanforge/core/testing'
import test from 'ava'
import { discord } from '../src/index.js'
import { CHANNEL_ID } from './discord-stand-in.js'

pluginConformance(test, discord, {
  config: { botToken: 'a-token', channelId: CHANNEL_ID },
  refuses: [
    { config: { webhookUrl: 'https://discord.com/api/channels/1' }, path: 'webhookUrl' },
    { config: { channelId: CHANNEL_ID }, path: 'botToken' },
    { config: { operators: [CHANNEL_ID] }, path: 'botToken' },
    { config: { botToken: 'a-token' }, path: 'channelId' },
    { config: { channelId: 'general' }, path: 'channelId' },
    { config: { operators: ['ada'] }, path: 'operators.0' },
  ],
})
