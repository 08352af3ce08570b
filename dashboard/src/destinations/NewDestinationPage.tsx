import {Button, Card, Group, NumberInput, PasswordInput, SegmentedControl, Stack, Switch, Textarea, TextInput} from '@mantine/core'
import {type FormEvent, useState} from 'react'
import {Link, useNavigate} from 'react-router'
import {api} from '../api/client'
import {SHOWN} from '../api/queries'
import {Page} from '../parts/Page'
import {ProblemAlert} from '../parts/ProblemAlert'
import {EMPTY, type Fields, type Kind, toDestination} from './wish'

/** A new place for backups. */
export function NewDestinationPage() {
  const navigate = useNavigate()
  const [kind, setKind] = useState<Kind>('s3')
  const [fields, setFields] = useState<Fields>(EMPTY)
  const create = api.useMutation('post', '/api/destinations', {...SHOWN, onSuccess: () => void navigate('/destinations')})
  const text = (name: Exclude<keyof Fields, 'port' | 'pathStyle'>) => ({
    value: fields[name],
    onChange: (event: {currentTarget: {value: string}}) => setFields({...fields, [name]: event.currentTarget.value}),
  })
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate({body: toDestination(kind, fields)})
  }
  return (
    <Page title="New destination" under={{to: '/destinations', label: 'Destinations'}}>
      <Card maw={720}>
        <form onSubmit={submit}>
          <Stack>
            <SegmentedControl
              fullWidth
              aria-label="Kind"
              value={kind}
              onChange={value => setKind(value as Kind)}
              data={[
                {value: 's3', label: 'S3'},
                {value: 'sftp', label: 'SFTP'},
                {value: 'local', label: 'Folder'},
              ]}
            />
            <TextInput label="Name" required maxLength={60} {...text('name')} />
            {kind === 'local' && <TextInput label="Folder" description="Inside the backup service’s own folder, or absolute where the operator allows it" required {...text('path')} />}
            {kind === 's3' && (
              <>
                <TextInput label="Endpoint" required placeholder="https://s3.eu-central-1.example.org" {...text('endpoint')} />
                <Group grow>
                  <TextInput label="Bucket" required {...text('bucket')} />
                  <TextInput label="Region" placeholder="us-east-1" {...text('region')} />
                </Group>
                <TextInput label="Prefix" placeholder="what all keys begin with" {...text('prefix')} />
                <TextInput label="Access key" required autoComplete="off" {...text('accessKey')} />
                <PasswordInput label="Secret key" required autoComplete="off" {...text('secretKey')} />
                <Switch label="The bucket is in the path, not in the host’s name" checked={fields.pathStyle} onChange={event => setFields({...fields, pathStyle: event.currentTarget.checked})} />
              </>
            )}
            {kind === 'sftp' && (
              <>
                <Group grow>
                  <TextInput label="Host" required {...text('host')} />
                  <NumberInput label="Port" placeholder="22" min={1} max={65_535} value={fields.port} onChange={port => setFields({...fields, port})} />
                </Group>
                <TextInput label="User" required autoComplete="off" {...text('user')} />
                <TextInput label="Directory" required {...text('directory')} />
                <PasswordInput label="Password" autoComplete="off" {...text('password')} />
                <Textarea label="Private key, in place of a password" autosize minRows={2} maxRows={8} {...text('privateKey')} />
                <TextInput label="The server’s public key" description="As known_hosts has it; while it is missing, a test tells the key that the server shows" placeholder="ssh-ed25519 AAAA…" {...text('hostKey')} />
              </>
            )}
            <ProblemAlert error={create.error} />
            <Group justify="flex-end">
              <Button variant="default" component={Link} to="/destinations">
                Leave it
              </Button>
              <Button type="submit" loading={create.isPending}>
                Add the destination
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  )
}
