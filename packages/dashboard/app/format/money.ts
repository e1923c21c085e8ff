import { formatMoney } from '@titanforge/core/currency'

/** An amount in minor units, as people of the browser's locale write it. */
export const money = (minorUnits: number, currency: string): string =>
  formatMoney(minorUnits, currency, {
    locale: navigator.language,
    trailingZeroDisplay: 'stripIfInteger',
  })
