import { HttpServer } from '@titanforge/http'
import { compose, type Settings } from './compose.js'

// A second process of the application: node.js DATABASE_URL SETTINGS
const [url = '', settings = '{}'] = process.argv.slice(2)
const { forge } = compose(url, JSON.parse(settings) as Settings)
process.on('SIGTERM', () => void forge.stop().then(() => process.exit(0)))
await forge.start()
console.log(`up at ${forge.get(HttpServer).url}`)
