const NOWHERE = 'http://nowhere.invalid'

/**
 * Where somebody comes back to: a path of this application, whatever else was asked for. What browsers
 * would take for another host (`//evil`, `/\evil`) or a script is `/`.
 */
export function localPath(asked: string | undefined): string {
  if (!asked?.startsWith('/') || !URL.canParse(asked, NOWHERE)) return '/'
  const { origin, pathname, search, hash } = new URL(asked, NOWHERE)
  const path = pathname + search + hash
  // Dots may have hidden it: `/.//evil` is the path `//evil`.
  return origin === NOWHERE && !path.startsWith('//') ? path : '/'
}
