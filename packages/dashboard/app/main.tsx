import './styles.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { setNonce } from 'get-nonce'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { BrowserRouter } from 'react-router'
import { queryClient } from './api/query-client'
import { Application } from './application'
import { Appearance } from './layout/appearance'

// Components that hold the page still behind a dialog write a style, which our policy allows by this nonce.
setNonce(document.querySelector<HTMLElement>('meta[property=csp-nonce]')?.nonce ?? '')

const root = document.getElementById('root')
if (root) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={queryClient}>
        <BrowserRouter>
          <Appearance>
            <Application />
          </Appearance>
        </BrowserRouter>
      </QueryClientProvider>
    </StrictMode>,
  )
}
