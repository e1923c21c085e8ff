import type { Product } from '../config.js'
import type { Block } from './letter.js'

/**
 * A button that leads to a page of the application, where it is known where that is.
 *
 * @param path begins with a slash; the page is of the web application, see `@titanforge/dashboard`.
 */
export const openPage = ({ publicUrl }: Product, label: string, path: string): Block[] =>
  publicUrl ? [{ action: { label, url: publicUrl.replace(/\/+$/, '') + path } }] : []
