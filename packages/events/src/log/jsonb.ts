// In JSON text an escape counts only after an even number of backslashes. JSON.stringify escapes no
// surrogate but a lone one.
const UNSTORABLE = /(?<=(?:^|[^\\])(?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/gi

/**
 * A value as text for a jsonb column. PostgreSQL's jsonb holds neither NUL nor half of a surrogate pair;
 * each becomes the replacement character, as it would when text is decoded, so that one strange name
 * cannot keep an event from being stored.
 *
 * @see https://www.postgresql.org/docs/current/datatype-json.html
 */
export function jsonb(value: unknown): string {
  // Of `undefined` JSON has no text.
  const text = JSON.stringify(value) ?? 'null'
  // Nearly no text has an escape, and to look for one is ten times as fast as the expression.
  return text.includes('\\u') ? text.replace(UNSTORABLE, '\\ufffd') : text
}
