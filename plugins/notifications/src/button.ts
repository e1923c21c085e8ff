import { html, type Html } from '@titanforge/email'

/** A link that looks like a button. */
export const button = (url: string, label: string): Html => html`
  <p style="margin: 24px 0">
    <a
      href="${url}"
      style="display: inline-block; padding: 12px 22px; border-radius: 8px; background: #2f4fd0; color: #ffffff; font-weight: 600; text-decoration: none"
      >${label}</a
    >
  </p>
`
