// Loaded before everything else of a node: its clock is wrong by FAULT_SKEW_MS.
const skew = Number(process.env['FAULT_SKEW_MS'])
const now = Date.now.bind(Date)

class SkewedDate extends Date {
  constructor(...parts: unknown[]) {
    if (parts.length === 0) super(now() + skew)
    else super(...(parts as [string]))
  }

  static override now(): number {
    return now() + skew
  }
}

globalThis.Date = SkewedDate as DateConstructor
