import { pluginConformance } from '@titanforge/core/testing'
import test from 'ava'
import { email } from '../src/index.js'

pluginConformance(test, email, {
  config: { from: 'TitanForge <hello@example.com>' },
  refuses: [
    { config: { from: 'nobody' }, path: 'from' },
    { config: { from: 'hello@example.com', smtpUrl: 'http://example.com' }, path: 'smtpUrl' },
  ],
})
