import { html, type Html } from '@titanforge/email'
import { subscriptionChanged } from '@titanforge/stripe'
import { button } from '../button.js'
import { defineKind } from '../kind.js'
import { layout } from '../layout.js'
import { oneLine } from '../one-line.js'
import { plansOf, type Plan } from '../plan.js'

/** Thanks for a subscription as soon as it gives access. */
export const welcome = defineKind({
  name: 'welcome',
  event: subscriptionChanged,
  businessKey: ({ subscriptionId }) => `welcome:${subscriptionId}`,
  // Not before the catalogue knows what was bought: the mail names it.
  wanted: ({ after }) => after.access && after.items.every((item) => item.name !== null),
  render({ after }, user, { productName, publicUrl }) {
    const plans = plansOf(after.items)
    const names = plans.map(({ name }) => name).join(', ')
    const subject = names ? `Welcome to ${productName}: ${names}` : `Welcome to ${productName}`
    const greeting = `Hello ${oneLine(user.fullName ?? '') || 'there'},`
    const thanks = `thank you for subscribing. You now have access to ${productName}.`
    const until =
      after.currentPeriodEnd && `Your current period ends on ${utcDay(after.currentPeriodEnd)}.`

    const text = [
      greeting,
      thanks,
      ...plans.map(({ name, grants }) => [name, ...grants.map((grant) => `- ${grant}`)].join('\n')),
      until,
      publicUrl && `Start here: ${publicUrl}`,
      productName,
    ]
    const content = html`
      <p>${greeting}</p>
      <p>${thanks}</p>
      ${plans.map(planBlock)} ${until ? html`<p>${until}</p>` : []}
      ${publicUrl ? button(publicUrl, `Open ${productName}`) : []}
      <p>${productName}</p>
    `
    return { subject, text: text.filter(Boolean).join('\n\n'), html: layout(subject, content) }
  },
})

const planBlock = ({ name, grants }: Plan): Html => html`
  <h2 style="margin: 24px 0 4px; font-size: 18px">${name}</h2>
  ${
    grants.length > 0
      ? html`<ul style="margin: 0; padding-left: 20px">
          ${grants.map((grant) => html`<li>${grant}</li>`)}
        </ul>`
      : []
  }
`

const day = new Intl.DateTimeFormat('en-GB', { dateStyle: 'long', timeZone: 'UTC' })

const utcDay = (iso: string) => `${day.format(new Date(iso))} (UTC)`
