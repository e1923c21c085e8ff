import { Page } from '../../ui/page'
import { ApiKeys } from './api-keys'
import { Notifications } from './notifications'
import { Profile } from './profile'
import { Sessions } from './sessions'

export const SettingsPage = () => (
  <Page title="Settings">
    <Profile />
    <Notifications />
    <ApiKeys />
    <Sessions />
  </Page>
)
