import { Link } from 'react-router'
import { Empty } from '../ui/empty'
import { Page } from '../ui/page'

export const MissingPage = () => (
  <Page title="There is no such page">
    <Empty>
      <Link to="/">Back to the overview</Link>
    </Empty>
  </Page>
)
