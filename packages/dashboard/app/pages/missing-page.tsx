import { Empty } from '../ui/empty'
import { Page } from '../ui/page'
import { TextLink } from '../ui/text-link'

export const MissingPage = () => (
  <Page title="There is no such page">
    <Empty>
      <TextLink to="/">Back to the overview</TextLink>
    </Empty>
  </Page>
)
