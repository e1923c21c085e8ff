import type { Product } from '../config.js'
import type { Block } from './letter.js'

/** A button that leads to the application, where it is known where that is. */
export const openProduct = ({ productName, publicUrl }: Product): Block[] =>
  publicUrl ? [{ action: { label: `Open ${productName}`, url: publicUrl } }] : []
