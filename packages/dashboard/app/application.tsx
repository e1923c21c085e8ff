import { lazy, Suspense } from 'react'
import { Route, Routes } from 'react-router'
import { Shell } from './layout/shell'
import { SuperusersOnly } from './layout/superusers-only'
import { BillingPage } from './pages/billing/billing-page'
import { PlansPage } from './pages/billing/plans-page'
import { CheckoutPage } from './pages/billing/checkout-page'
import { ForgotPage } from './pages/account/forgot-page'
import { LogInPage } from './pages/account/log-in-page'
import { SignUpPage } from './pages/account/sign-up-page'
import { HomePage } from './pages/home-page'
import { MissingPage } from './pages/missing-page'
import { RunPage } from './pages/runs/run-page'
import { RunsPage } from './pages/runs/runs-page'
import { SettingsPage } from './pages/settings/settings-page'
import { Working } from './ui/working'

// What superusers alone see is loaded when they look at it.
const AnalyticsPage = lazy(async () => ({
  default: (await import('./pages/admin/analytics-page')).AnalyticsPage,
}))
const UsersPage = lazy(async () => ({
  default: (await import('./pages/admin/users-page')).UsersPage,
}))
const EventsPage = lazy(async () => ({
  default: (await import('./pages/admin/events-page')).EventsPage,
}))
const EventPage = lazy(async () => ({
  default: (await import('./pages/admin/event-page')).EventPage,
}))
const DeadLettersPage = lazy(async () => ({
  default: (await import('./pages/admin/dead-letters-page')).DeadLettersPage,
}))
const AuditPage = lazy(async () => ({
  default: (await import('./pages/admin/audit-page')).AuditPage,
}))
const PluginsPage = lazy(async () => ({
  default: (await import('./pages/admin/plugins-page')).PluginsPage,
}))

export const Application = () => (
  <Suspense fallback={<Working />}>
    <Routes>
      <Route path="/login" element={<LogInPage />} />
      <Route path="/signup" element={<SignUpPage />} />
      <Route path="/forgot" element={<ForgotPage />} />
      <Route element={<Shell />}>
        <Route index element={<HomePage />} />
        <Route path="/plans" element={<PlansPage />} />
        <Route path="/billing" element={<BillingPage />} />
        <Route path="/billing/success" element={<CheckoutPage />} />
        <Route path="/billing/cancelled" element={<CheckoutPage />} />
        <Route path="/runs" element={<RunsPage />} />
        <Route path="/runs/:id" element={<RunPage />} />
        <Route path="/settings" element={<SettingsPage />} />
        <Route element={<SuperusersOnly />}>
          <Route path="/analytics" element={<AnalyticsPage />} />
          <Route path="/admin/users" element={<UsersPage />} />
          <Route path="/admin/events" element={<EventsPage />} />
          <Route path="/admin/events/:id" element={<EventPage />} />
          <Route path="/admin/dead-letters" element={<DeadLettersPage />} />
          <Route path="/admin/audit" element={<AuditPage />} />
          <Route path="/admin/plugins" element={<PluginsPage />} />
        </Route>
        <Route path="*" element={<MissingPage />} />
      </Route>
    </Routes>
  </Suspense>
)
