const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'

/** Letters and digits from random bytes. */
export function token(bytes: Buffer, length: number): string {
  return [...bytes.subarray(0, length)].map((byte) => ALPHABET.charAt(byte % 62)).join('')
}

/** How Stripe's ids begin, and how many random characters follow. */
const FORMS: Record<string, readonly [prefix: string, length: number]> = {
  balance_transaction: ['txn_1', 23],
  'billing.meter': ['mtr_test_61', 40],
  'billing_portal.configuration': ['bpc_1', 23],
  'billing_portal.session': ['bps_1', 23],
  charge: ['ch_3', 23],
  'checkout.session': ['cs_test_a1', 56],
  coupon: ['', 8],
  credit_note: ['cn_1', 23],
  credit_note_line_item: ['cnli_1', 23],
  customer: ['cus_', 14],
  customer_balance_transaction: ['cbtxn_1', 23],
  discount: ['di_1', 23],
  dispute: ['du_1', 23],
  'entitlements.active_entitlement': ['ent_test_61', 40],
  'entitlements.feature': ['feat_test_61', 40],
  event: ['evt_1', 23],
  invoice: ['in_1', 23],
  invoice_payment: ['inpay_1', 23],
  invoiceitem: ['ii_1', 23],
  item: ['li_1', 23],
  line_item: ['il_1', 23],
  payment_intent: ['pi_3', 23],
  payment_method: ['pm_1', 23],
  price: ['price_1', 23],
  product: ['prod_', 14],
  product_feature: ['prodft_', 14],
  promotion_code: ['promo_1', 23],
  refund: ['re_3', 23],
  request: ['req_', 14],
  'sandbox.delivery': ['dlv_1', 23],
  secret: ['whsec_', 32],
  setup_intent: ['seti_1', 23],
  subscription: ['sub_1', 23],
  subscription_item: ['si_', 14],
  'test_helpers.test_clock': ['clock_1', 23],
  'v2.core.event': ['evt_test_61', 40],
  'v2.core.event_destination': ['ed_test_61', 40],
  webhook_endpoint: ['we_1', 23],
}

/** An id in Stripe's form. */
export function idOf(kind: string, bytes: Buffer): string {
  const [prefix, length] = FORMS[kind] ?? [`${kind}_`, 24]
  return prefix + token(bytes, length)
}
