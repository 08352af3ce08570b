import {Button, PasswordInput, Stack, TextInput} from '@mantine/core'
import {type FormEvent, useState} from 'react'
import {useNavigate} from 'react-router'
import {api} from '../api/client'
import {forgetAll, SHOWN} from '../api/queries'
import {ProblemAlert} from '../parts/ProblemAlert'
import {Doorway} from './Doorway'

/** Accepting an invitation. Its token may stand behind the `#` of the address, which browsers send to nobody. */
export function JoinPage() {
  const navigate = useNavigate()
  const [token, setToken] = useState(() => window.location.hash.slice(1))
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const accept = api.useMutation('post', '/api/invitations/accept', {
    ...SHOWN,
    onSuccess: async () => {
      await forgetAll()
      await navigate('/', {replace: true})
    },
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    accept.mutate({body: {token: token.trim(), name, password}})
  }
  return (
    <Doorway title="Join" about="You were invited. Choose how you are called and a password.">
      <form onSubmit={submit}>
        <Stack>
          <PasswordInput label="Token of the invitation" required autoComplete="off" value={token} onChange={event => setToken(event.currentTarget.value)} />
          <TextInput label="Your name" name="name" autoComplete="name" required maxLength={80} value={name} onChange={event => setName(event.currentTarget.value)} />
          <PasswordInput label="Password" name="password" description="12 characters or more, not easily guessed" autoComplete="new-password" required minLength={12} value={password} onChange={event => setPassword(event.currentTarget.value)} />
          <ProblemAlert error={accept.error} />
          <Button type="submit" fullWidth loading={accept.isPending}>
            Join
          </Button>
        </Stack>
      </form>
    </Doorway>
  )
}
