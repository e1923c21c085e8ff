import type { escapeMarkdown } from 'discord.js'

/**
 * Text from outside as Discord shows it letter by letter: no markup, no link under other words, no mention.
 * (Nobody is notified of mentions anyway: every message says so by its `allowed_mentions`.)
 *
 * @param escape discord.js's own, which is loaded late.
 */
export function plain(text: string, escape: typeof escapeMarkdown): string {
  const escaped = escape(text, {
    heading: true,
    bulletedList: true,
    numberedList: true,
    maskedLink: true,
  })
  return (
    escaped
      // Mentions of users and channels, times, emoji and commands all begin with it.
      .replaceAll('<', '\\<')
      // A zero-width space, since Discord knows no escape for these.
      .replace(/@(?=everyone|here)/gi, '@\u200b')
  )
}
