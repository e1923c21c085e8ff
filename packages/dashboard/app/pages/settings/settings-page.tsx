import { PanelList } from '../../panels/panel-list'
import { useAccount } from '../../session/session'
import { settings } from '../../session/settings'
import { Page } from '../../ui/page'
import { ApiKeys } from './api-keys'
import { EmailAddress } from './email-address'
import { Github } from './github'
import { Notifications } from './notifications'
import { Password } from './password'
import { Profile } from './profile'
import { Sessions } from './sessions'

export function SettingsPage() {
  const { data: account } = useAccount()
  return (
    <Page title="Settings">
      {account && (
        <>
          <Profile account={account} />
          <EmailAddress account={account} />
          <Password account={account} />
          {settings.github && <Github account={account} />}
        </>
      )}
      <Notifications />
      <ApiKeys />
      <Sessions />
      <PanelList page="settings" />
    </Page>
  )
}
