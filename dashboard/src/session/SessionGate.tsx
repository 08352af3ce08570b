import {Center, Loader} from '@mantine/core'
import {useState} from 'react'
import {Outlet} from 'react-router'
import {api} from '../api/client'
import {isUnauthorized, toProblem} from '../api/problem'
import {ProblemAlert} from '../parts/ProblemAlert'
import {Doorway} from './Doorway'
import {WhoContext} from './rights'
import {SetupPage} from './SetupPage'
import {SignInPage} from './SignInPage'

/** Shows the pages to whoever is signed in, and everybody else the way in; the address stays, so he comes back to where he was. */
export function SessionGate() {
  const session = api.useQuery('get', '/api/session', undefined, {
    // who is not in is typing a password: asking again would take the form away
    refetchOnWindowFocus: query => query.state.data !== undefined,
    refetchOnReconnect: query => query.state.data !== undefined,
    // an operator's own start of the platform takes seconds
    refetchInterval: query => (query.state.error !== null && toProblem(query.state.error).status >= 500 ? 3_000 : false),
  })
  const {data: who, error} = session
  if (isUnauthorized(error)) return <WayIn />
  if (who !== undefined) {
    return (
      <WhoContext value={who}>
        <Outlet />
      </WhoContext>
    )
  }
  return error === null ? <Waiting /> : <Doorway title="Slipway"><ProblemAlert error={error} /></Doorway>
}

function WayIn() {
  // an operator may have invited people before there is an owner
  const [hasAccount, setHasAccount] = useState(false)
  const setup = api.useQuery('get', '/api/setup')
  const error: unknown = setup.error
  if (setup.data === undefined) {
    return error === null ? <Waiting /> : <Doorway title="Slipway"><ProblemAlert error={error} /></Doorway>
  }
  return setup.data.needed && !hasAccount ? (
    <SetupPage signIn={() => setHasAccount(true)} />
  ) : (
    <SignInPage externalSignIn={setup.data.externalSignIn} />
  )
}

function Waiting() {
  return (
    <Center h="100vh">
      <Loader aria-label="Loading" />
    </Center>
  )
}
