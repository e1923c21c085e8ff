import type { ForgeView } from '@titanforge/core'

/** Tells which plugin provides a tool or an agent, by its name: so that its author can be paid. */
export function providers(forge: Pick<ForgeView, 'all'>): (name: string) => string | undefined {
  let plugins: Map<string, string> | undefined
  return (name) => {
    plugins ??= read(forge)
    return plugins.get(name)
  }
}

function read(forge: Pick<ForgeView, 'all'>): Map<string, string> {
  const plugins = new Map<string, string>()
  for (const { plugin, value } of forge.all('agents')) {
    for (const { name, tools } of value)
      for (const named of [name, ...tools.map((tool) => tool.name)]) plugins.set(named, plugin)
  }
  // Whoever contributes a tool has it, whoever calls it.
  for (const { plugin, value } of forge.all('tools'))
    for (const { name } of value) plugins.set(name, plugin)
  return plugins
}
