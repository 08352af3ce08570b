import {Anchor, Button, Code, PasswordInput, Stack, TextInput} from '@mantine/core'
import {useQueryClient} from '@tanstack/react-query'
import {type FormEvent, useState} from 'react'
import {client} from '../api/client'
import {ProblemAlert} from '../parts/ProblemAlert'
import {Doorway} from './Doorway'

/** The first visit: whoever has the operator's key becomes the owner, and is signed in. */
export function SetupPage({signIn}: {signIn: () => void}) {
  const queries = useQueryClient()
  const [fields, setFields] = useState({key: '', email: '', name: '', password: ''})
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const set = (name: keyof typeof fields) => (event: {currentTarget: {value: string}}) => setFields({...fields, [name]: event.currentTarget.value})
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    setBusy(true)
    setError(null)
    const {key, email, name, password} = fields
    try {
      const made = await client.POST('/api/setup', {body: {email, name, password}, headers: {'x-api-key': key.trim()}})
      if (made.error) throw made.error
      const opened = await client.POST('/api/session', {body: {email, password}})
      if (opened.error) throw opened.error
      await queries.invalidateQueries()
    } catch (failure) {
      setError(failure)
    } finally {
      setBusy(false)
    }
  }
  return (
    <Doorway
      title="Welcome"
      about={
        <>
          This installation has no owner yet. The operator’s key proves that it is yours: it lies in the file <Code>operator.key</Code> of the data
          directory, <Code>~/.slipway</Code> unless you chose another.
        </>
      }
    >
      <form onSubmit={event => void submit(event)}>
        <Stack>
          <PasswordInput label="Operator’s key" required autoComplete="off" value={fields.key} onChange={set('key')} />
          <TextInput label="Your name" name="name" autoComplete="name" required maxLength={80} value={fields.name} onChange={set('name')} />
          <TextInput label="E-mail" name="email" type="email" autoComplete="username" required value={fields.email} onChange={set('email')} />
          <PasswordInput label="Password" name="password" description="12 characters or more, not easily guessed" autoComplete="new-password" required minLength={12} value={fields.password} onChange={set('password')} />
          <ProblemAlert error={error} />
          <Button type="submit" fullWidth loading={busy}>
            Make me the owner
          </Button>
          <Anchor component="button" type="button" size="sm" onClick={signIn}>
            I have an account already
          </Anchor>
        </Stack>
      </form>
    </Doorway>
  )
}
