import type { Guard, Route } from '@titanforge/http'
import type { GithubPassport } from '../github/passport.js'
import type { Services } from '../services.js'
import { adminRoutes } from './admin.js'
import { emailRoutes } from './email.js'
import { githubRoutes } from './github.js'
import { keyRoutes } from './keys.js'
import { loginRoutes } from './login.js'
import { meRoutes } from './me.js'
import { pageRoutes } from './pages.js'
import { passwordRoutes } from './password.js'
import { registrationRoutes } from './registration.js'
import { sessionRoutes } from './sessions.js'

export interface RouteServices {
  services: Services
  guard: Guard
  github: GithubPassport | undefined
  publicUrl: () => string
  /** Where the pages lead on to. */
  home: string | undefined
}

/** Every route of the plugin. */
export const authRoutes = ({
  services,
  guard,
  github,
  publicUrl,
  home,
}: RouteServices): Route[] => [
  ...registrationRoutes(services),
  ...loginRoutes(services, guard),
  ...passwordRoutes(services),
  ...emailRoutes(services),
  ...meRoutes(services),
  ...sessionRoutes(services),
  ...keyRoutes(services),
  ...githubRoutes(services, github, publicUrl),
  ...adminRoutes(services),
  ...pageRoutes(home),
]
