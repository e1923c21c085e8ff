import type { User } from '@titanforge/auth'
import type { Product } from '../src/config.js'
import { greeting } from '../src/letter/greeting.js'
import { htmlOf } from '../src/letter/html-of.js'
import { tidy } from '../src/letter/letter.js'
import { textOf } from '../src/letter/text-of.js'
import type { Notice } from '../src/notice.js'

/** A notice's letter as the mail that it becomes. */
export async function mailOf<Payload>(
  notice: Notice<Payload>,
  payload: Payload,
  user: User,
  product: Product,
  link = '',
) {
  const letter = tidy(notice.letter(payload, { user, product, link }))
  const frame = { greeting: greeting(user.fullName), productName: product.productName }
  return {
    subject: letter.subject,
    text: textOf(letter, frame),
    html: await htmlOf(letter, frame),
  }
}
