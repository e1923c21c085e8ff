import type { ForgeView, Tokens } from '@titanforge/core'
import type { TablePanel } from '../panels/panel.js'

/** Which plugins the application is made of, in the order in which they start. */
export const pluginsPanel = (forge: ForgeView): TablePanel => ({
  kind: 'table',
  name: 'dashboard.plugins',
  title: 'Plugins',
  audience: 'superuser',
  columns: [
    { key: 'name', title: 'Plugin' },
    { key: 'requires', title: 'Requires' },
    { key: 'provides', title: 'Provides' },
  ],
  load: () =>
    forge.plugins.map(({ name, requires = {}, provides = {} }) => ({
      name,
      requires: namesOf(requires),
      provides: namesOf(provides),
    })),
})

const namesOf = (tokens: Tokens) =>
  Object.values(tokens)
    .map(({ name }) => name)
    .join(', ')
