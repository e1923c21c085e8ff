import { Link } from 'react-router'
import icon from '../icon.svg'
import { settings } from '../session/settings'

export const Brand = () => (
  <Link to="/" className="brand">
    <img src={icon} alt="" width="24" height="24" />
    {settings.title}
  </Link>
)
