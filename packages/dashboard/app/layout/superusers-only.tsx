import { Outlet } from 'react-router'
import { MissingPage } from '../pages/missing-page'
import { useAccount } from '../session/session'

/** The pages within are none to anybody else: the server would refuse all that is on them. */
export function SuperusersOnly() {
  const { data: account } = useAccount()
  return account?.isSuperuser ? <Outlet /> : <MissingPage />
}
