import { readdir, readFile, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { captureLog } from '@titanforge/core/testing'
import test from 'ava'
import { MailCatcher } from '../src/mail-catcher.js'
import { MailFolder } from '../src/mail-folder.js'
import { SmtpMailer } from '../src/smtp-mailer.js'
import { temporaryFolder } from './temporary-folder.js'

const mail = (id: string, second: number) => ({
  id,
  raw: Buffer.from(`Subject: ${id}\r\n\r\nHello`),
  receivedAt: new Date(1_800_000_000_123 + second * 1_000),
})

test('the newest mails are read back, oldest first, and the older files are removed', async (t) => {
  const directory = await temporaryFolder(t)
  const folder = new MailFolder(directory)
  for (const [id, second] of Object.entries({ b: 2, d: 4, a: 1, c: 3 }))
    await folder.write(mail(id, second))
  await writeFile(join(directory, 'crashed.unfinished'), 'Subject: half')
  t.deepEqual(await folder.open(2), [mail('c', 3), mail('d', 4)])
  t.deepEqual((await readdir(directory)).sort(), ['c.eml', 'd.eml'])
})

test('an accepted mail is one file with its raw bytes, for the user of the server only', async (t) => {
  const directory = join(await temporaryFolder(t), 'mail')
  const catcher = new MailCatcher(captureLog().log, new MailFolder(directory))
  const mailer = new SmtpMailer({ name: '', address: 'hello@example.com' })
  const close = mailer.open(await catcher.open())
  t.teardown(async () => {
    close()
    await catcher.close()
  })
  for (const subject of ['first', 'again'])
    await mailer.send({ to: 'ada@example.com', subject, text: 'Hello', key: '1' })
  const names = await readdir(directory)
  t.deepEqual(names, [`${catcher.mails[0]?.id}.eml`])
  const file = join(directory, names.join())
  t.regex(await readFile(file, 'utf8'), /^Subject: again\r$[^]+Hello/m)
  t.is((await stat(file)).mode & 0o777, 0o600)
})
