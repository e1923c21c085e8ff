/** What is filled in on a payment page, by what comes of it. */
export const cards = {
  pays: { number: '4242 4242 4242 4242' },
  'is declined': { number: '4000 0000 0000 0002' },
  'has no funds': { number: '4000 0000 0000 9995' },
  'pays no renewal': { number: '4000 0000 0000 0341' },
  'asks once': { number: '4000 0025 0000 3155', authentication: 'done' },
  'asks each time': { number: '4000 0027 6000 3184', authentication: 'done' },
  'asks in vain': { number: '4000 0025 0000 3155', authentication: 'failed' },
  'is disputed': { number: '4000 0000 0000 0259' },
  'pays later': { type: 'debit', iban: 'DE89 3704 0044 0532 0130 00' },
  'fails later': { type: 'debit', iban: 'DE62 3704 0044 0532 0130 01' },
} as const

export type CardName = keyof typeof cards

/** Fills a page in, and the bank's question where it asks one. */
export async function fillIn(url: string, card: CardName, more: object = {}): Promise<void> {
  const { authentication, ...fields } = { authentication: undefined, ...cards[card] }
  const form = { email: 'somebody@example.com', ...fields, ...more }
  const send = (extra: object) =>
    fetch(url, {
      method: 'POST',
      redirect: 'manual',
      body: new URLSearchParams({ ...form, ...extra }),
    })
  const first = await send({})
  const text = await first.text()
  if (first.status >= 500) throw new Error(`the page answered ${first.status}: ${text}`)
  if (authentication && first.status === 200) await send({ authentication })
}
