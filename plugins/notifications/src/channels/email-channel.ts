import type { Mailer } from '@titanforge/email'
import type { Channel } from './channel.js'

export const EMAIL = 'email'

/** Tells customers by mail. */
export const emailChannel = (mailer: Mailer): Channel => ({
  name: EMAIL,
  reaches: 'customers',
  send: async ({ key, address, letter, text, html, unsubscribeUrl }) =>
    mailer.send({
      to: address,
      subject: letter.subject,
      text,
      html: await html(),
      pictures: letter.blocks.flatMap((block) =>
        'picture' in block
          ? [{ name: block.picture.name, png: Buffer.from(block.picture.png, 'base64') }]
          : [],
      ),
      key,
      unsubscribeUrl,
    }),
})
