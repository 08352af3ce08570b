import '@mantine/core/styles.css'
import '@mantine/notifications/styles.css'
import './app.css'
import {MantineProvider} from '@mantine/core'
import {Notifications} from '@mantine/notifications'
import {QueryClientProvider} from '@tanstack/react-query'
import {setNonce} from 'get-nonce'
import {StrictMode} from 'react'
import {createRoot} from 'react-dom/client'
import {RouterProvider} from 'react-router/dom'
import {queries} from './api/queries'
import {router} from './router'
import {theme} from './theme'

// styles that scripts add are let in by the nonce that the gateway wrote into the page
const nonce = document.querySelector<HTMLMetaElement>('meta[name=csp-nonce]')?.content ?? ''
setNonce(nonce)

createRoot(document.getElementById('root')!).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <QueryClientProvider client={queries}>
        <Notifications position="bottom-right" />
        <RouterProvider router={router} />
      </QueryClientProvider>
    </MantineProvider>
  </StrictMode>,
)
