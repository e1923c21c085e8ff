import { application } from '../application.js'

// A back-fill in a process of its own, which a test can kill.
const [, , url = '', from = '', to = ''] = process.argv
const { analytics } = await application({ serve: false, url })
const onProgress = ({ days }: { days: number }) => void process.stdout.write(`done: ${days}\n`)
await analytics.rollUp({ from, to }, { onProgress })
process.stdout.write('it is whole\n')
