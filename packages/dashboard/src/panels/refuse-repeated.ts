import type { Contributed } from '@titanforge/core'
import { DashboardErrors } from '../errors.js'

/** @throws PANEL_CONFLICT where two panels have one name. */
export function refuseRepeated(contributed: readonly Contributed<'panels'>[]): void {
  const taken = new Map<string, string>()
  for (const { plugin, value } of contributed) {
    for (const { name } of value) {
      const other = taken.get(name)
      if (other !== undefined)
        throw DashboardErrors.PANEL_CONFLICT({ name, plugins: [other, plugin] })
      taken.set(name, plugin)
    }
  }
}
