import { PanelList } from '../../panels/panel-list'
import { Page } from '../../ui/page'

export const PluginsPage = () => (
  <Page title="Plugins" about="What this server is made of, in the order in which it starts.">
    <PanelList base="/api/admin/panels" only={({ name }) => name === 'dashboard.plugins'} />
  </Page>
)
