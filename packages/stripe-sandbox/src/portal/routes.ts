import type Stripe from 'stripe'
import { listOf } from '../http/list.js'
import { mergeMetadata } from '../http/metadata.js'
import { operation } from '../http/operation.js'
import { invalidRequest } from '../http/stripe-error.js'
import { blank } from '../spec/blank.js'
import { token } from '../world/ids.js'
import { createConfiguration, defaultConfiguration, setFeatures } from './configuration.js'

export const portalRoutes = [
  operation<Stripe.BillingPortal.ConfigurationCreateParams>(
    'POST /v1/billing_portal/configurations',
    ({ tx, params }) => {
      const configuration = createConfiguration(tx, params)
      mergeMetadata(configuration, params.metadata)
      tx.emit('billing_portal.configuration.created', configuration)
      return configuration
    },
  ),

  operation<Stripe.BillingPortal.ConfigurationListParams>(
    'GET /v1/billing_portal/configurations',
    (call) => listOf(call, 'billing_portal.configuration'),
  ),

  operation('GET /v1/billing_portal/configurations/{id}', ({ tx, id }) =>
    tx.get('billing_portal.configuration', id),
  ),

  operation<Stripe.BillingPortal.ConfigurationUpdateParams>(
    'POST /v1/billing_portal/configurations/{id}',
    ({ tx, params, id }) => {
      const configuration = tx.get('billing_portal.configuration', id)
      if (params.active !== undefined) configuration.active = params.active
      if (params.default_return_url !== undefined)
        configuration.default_return_url = params.default_return_url || null
      setFeatures(configuration, params.features)
      mergeMetadata(configuration, params.metadata)
      configuration.updated = tx.now
      tx.emit('billing_portal.configuration.updated', configuration)
      return configuration
    },
  ),

  operation<Stripe.BillingPortal.SessionCreateParams>(
    'POST /v1/billing_portal/sessions',
    ({ tx, params }) => {
      if (params.flow_data)
        throw invalidRequest(
          'The portal of the sandbox has no flows: leave flow_data out.',
          'flow_data',
        )
      const customer = tx.get('customer', params.customer ?? '', 'customer')
      const configuration = params.configuration
        ? tx.get('billing_portal.configuration', params.configuration, 'configuration')
        : defaultConfiguration(tx)
      const id = tx.id('billing_portal.session')
      // Who has the address is let in, so it is no id that the API shows.
      const session = tx.add(
        'billing_portal.session',
        blank('billing_portal.session', {
          id,
          configuration: configuration.id,
          created: tx.now,
          customer: customer.id,
          locale: params.locale ?? null,
          return_url: params.return_url ?? configuration.default_return_url,
          url: `${tx.settings.base_url}/p/session/test_${token(tx.bytes(), 50)}`,
        }),
      )
      tx.emit('billing_portal.session.created', session)
      return session
    },
  ),
]
