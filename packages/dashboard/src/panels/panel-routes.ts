import { parse, type ForgeView } from '@titanforge/core'
import { jsonSchemaOf, route, type Route } from '@titanforge/http'
import { z } from 'zod'
import { DashboardErrors } from '../errors.js'
import { content, message, panels } from './answers.js'
import { pageOf } from './page.js'
import { range } from './range.js'
import type { FormPanel, Panel } from './panel.js'

const params = z.object({ name: z.string() })

/** The panels that one audience sees: which there are, what is in each, and what is filled in. */
export function panelRoutes(forge: ForgeView, audience: Panel['audience']): Route[] {
  const auth = audience
  const path = audience === 'user' ? '/api/panels' : '/api/admin/panels'
  const all = () =>
    forge
      .all('panels')
      .flatMap(({ value }) => value)
      .filter((panel) => panel.audience === audience)
  const find = <Kind extends Panel['kind']>(name: string, kinds: readonly Kind[]) => {
    const panel = all().find((one) => one.name === name && kinds.some((kind) => kind === one.kind))
    if (!panel) throw DashboardErrors.PANEL_NOT_FOUND()
    return panel as Extract<Panel, { kind: Kind }>
  }
  return [
    route({
      method: 'GET',
      path,
      auth,
      summary: 'The panels of the web application, as they are described',
      response: panels,
      handler: () => ({ panels: all().map(describe) }),
    }),
    route({
      method: 'GET',
      path: `${path}/:name`,
      auth,
      summary: 'What is in a panel; of the last 30 days if no range is given',
      params,
      query: range,
      response: content,
      async handler({ params, query, identity }) {
        const panel = find(params.name, ['metric', 'chart', 'table'])
        return { content: await panel.load({ identity: identity, ...query }) }
      },
    }),
    route({
      method: 'POST',
      path: `${path}/:name`,
      auth,
      summary: 'Send what was filled in',
      params,
      body: z.unknown(),
      response: message,
      async handler({ params, body, identity }) {
        const panel = find(params.name, ['form'])
        const input = parse(panel.input, body, 'form')
        return { message: await panel.submit(input, { identity: identity }) }
      },
    }),
  ]
}

const describe = (panel: Panel) => {
  const { name, title, about, kind, csv } = panel
  const more = kind === 'table' ? { columns: panel.columns } : kind === 'form' ? form(panel) : {}
  return { name, title, about, kind, page: pageOf(panel), csv, ...more }
}

const form = ({ input, action }: FormPanel) => ({ action, schema: jsonSchemaOf(input, 'input') })
