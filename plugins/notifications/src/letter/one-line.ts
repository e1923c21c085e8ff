/** Text from outside as one line: a line break in a name may not look like a paragraph of ours. */
export function oneLine(text: string): string {
  return text.replace(/[\s\p{Cc}]+/gu, ' ').trim()
}
