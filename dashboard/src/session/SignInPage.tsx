import {Anchor, Button, Divider, PasswordInput, Stack, TextInput} from '@mantine/core'
import {type FormEvent, useState} from 'react'
import {api} from '../api/client'
import {toProblem} from '../api/problem'
import {forgetAll, SHOWN} from '../api/queries'
import {ProblemAlert} from '../parts/ProblemAlert'
import {Doorway} from './Doorway'

/** Signing in: e-mail and password, then the code of a second factor when the account has one. */
export function SignInPage({externalSignIn}: {externalSignIn: boolean}) {
  const [email, setEmail] = useState('')
  const [password, setPassword] = useState('')
  const [code, setCode] = useState('')
  const signIn = api.useMutation('post', '/api/session', {
    ...SHOWN,
    onSuccess: () => void forgetAll(),
  })
  const asksForCode = signIn.error !== null && toProblem(signIn.error).code === 'second_factor_needed'
  const [showsCode, setShowsCode] = useState(false)
  if (asksForCode && !showsCode) setShowsCode(true)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    signIn.mutate({body: {email, password, ...(code === '' ? {} : {code: code.trim()})}})
  }
  return (
    <Doorway title={showsCode ? 'One more step' : 'Sign in'} about={showsCode ? 'Enter the six digits that your device shows, or a recovery code.' : undefined}>
      <form onSubmit={submit}>
        <Stack>
          {!asksForCode && <ProblemAlert error={signIn.error} />}
          {!showsCode && (
            <>
              <TextInput label="E-mail" type="email" name="email" autoComplete="username" required autoFocus value={email} onChange={event => setEmail(event.currentTarget.value)} />
              <PasswordInput label="Password" name="password" autoComplete="current-password" required value={password} onChange={event => setPassword(event.currentTarget.value)} />
            </>
          )}
          {showsCode && (
            <TextInput label="Code" name="code" autoComplete="one-time-code" required autoFocus maxLength={40} value={code} onChange={event => setCode(event.currentTarget.value)} />
          )}
          <Button type="submit" fullWidth loading={signIn.isPending}>
            Sign in
          </Button>
          {showsCode && (
            <Anchor component="button" type="button" size="sm" onClick={() => { setShowsCode(false); setCode(''); signIn.reset() }}>
              Sign in as somebody else
            </Anchor>
          )}
          {externalSignIn && !showsCode && (
            <>
              <Divider label="or" />
              <Button component="a" href="/api/session/oidc" variant="default" fullWidth>
                Sign in with your organisation
              </Button>
            </>
          )}
        </Stack>
      </form>
    </Doorway>
  )
}
