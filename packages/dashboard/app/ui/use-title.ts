import { useEffect, useRef } from 'react'
import { settings } from '../session/settings'

/**
 * Names the page in the browser, and moves the focus to its heading, so that who does not see the page
 * hears that it is another one.
 */
export function useTitle(title: string) {
  const heading = useRef<HTMLHeadingElement>(null)
  useEffect(() => {
    document.title = `${title} · ${settings.title}`
    heading.current?.focus({ preventScroll: true })
    window.scrollTo(0, 0)
  }, [title])
  return heading
}
