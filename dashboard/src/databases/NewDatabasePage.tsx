import {Button, Card, Group, NumberInput, SegmentedControl, Select, SimpleGrid, Stack, TextInput} from '@mantine/core'
import {type FormEvent, useState} from 'react'
import {Link, useNavigate} from 'react-router'
import {api, type Schemas} from '../api/client'
import {settles, useOnce} from '../api/once'
import {SHOWN} from '../api/queries'
import {numberOrNull} from '../parts/numbers'
import {Page} from '../parts/Page'
import {ProblemAlert} from '../parts/ProblemAlert'
import {ProjectSelect} from '../parts/ProjectSelect'
import {ConnectionTest} from './ConnectionTest'
import {ENGINES} from './status'

const NAME = '[a-z0-9]([a-z0-9\\-]*[a-z0-9])?'

/** A new database: one that Slipway runs, or somebody else's that it gets to know. */
export function NewDatabasePage() {
  const navigate = useNavigate()
  const [run, setRun] = useState<'here' | 'elsewhere'>('here')
  const [name, setName] = useState('')
  const [engine, setEngine] = useState<Schemas['DatabaseEngine']>('postgresql')
  const [version, setVersion] = useState('')
  const [projectId, setProjectId] = useState<string | null>(null)
  const [memoryMb, setMemoryMb] = useState<number | string>('')
  const [cpus, setCpus] = useState<number | string>('')
  const [externalPort, setExternalPort] = useState<number | string>('')
  const [url, setUrl] = useState('')
  const once = useOnce()
  const create = api.useMutation('post', '/api/databases', {...SHOWN, ...settles(once), onSuccess: made => void navigate(`/databases/${made.id}`)})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const common = {name, engine, ...(version === '' ? {} : {version}), ...(projectId === null ? {} : {projectId})}
    create.mutate({
      params: {header: once.header},
      body:
        run === 'elsewhere'
          ? {...common, url}
          : {...common, resources: {memoryMb: numberOrNull(memoryMb), cpus: numberOrNull(cpus)}, externalPort: numberOrNull(externalPort)},
    })
  }
  return (
    <Page title="New database" under={{to: '/databases', label: 'Databases'}}>
      <Card maw={720}>
        <form onSubmit={submit}>
          <Stack>
            <SegmentedControl
              fullWidth
              aria-label="Who runs it"
              value={run}
              onChange={value => setRun(value as typeof run)}
              data={[
                {value: 'here', label: 'Slipway runs it'},
                {value: 'elsewhere', label: 'It runs elsewhere'},
              ]}
            />
            <SimpleGrid cols={{base: 1, xs: 2}}>
              <TextInput label="Name" placeholder="its host name in the project" required pattern={NAME} maxLength={40} autoFocus value={name} onChange={event => setName(event.currentTarget.value)} />
              <ProjectSelect value={projectId} onChange={setProjectId} />
              <Select label="Engine" allowDeselect={false} data={Object.entries(ENGINES).map(([value, label]) => ({value, label}))} value={engine} onChange={value => value !== null && setEngine(value as typeof engine)} />
              <TextInput label="Version" placeholder="the newest that is proven here" pattern="[0-9]{1,3}(\.[0-9]{1,3}){0,2}" value={version} onChange={event => setVersion(event.currentTarget.value)} />
            </SimpleGrid>
            {run === 'here' && (
              <SimpleGrid cols={{base: 1, xs: 3}}>
                <NumberInput label="Memory" suffix=" MiB" placeholder="no limit" min={64} max={1_048_576} value={memoryMb} onChange={setMemoryMb} />
                <NumberInput label="Processors" placeholder="no limit" min={0.05} max={256} step={0.25} value={cpus} onChange={setCpus} />
                <NumberInput label="Port for everybody" placeholder="none" min={1024} max={65_535} value={externalPort} onChange={setExternalPort} />
              </SimpleGrid>
            )}
            {run === 'elsewhere' && (
              <>
                <TextInput label="URL" description="With user and password in it; it is sealed and masked from then on" required type="password" autoComplete="off" placeholder="postgresql://user:password@db.example.org:5432/shop" value={url} onChange={event => setUrl(event.currentTarget.value)} />
                <ConnectionTest url={url} projectId={projectId} />
              </>
            )}
            <ProblemAlert error={create.error} />
            <Group justify="flex-end">
              <Button variant="default" component={Link} to="/databases">
                Leave it
              </Button>
              <Button type="submit" loading={create.isPending}>
                {run === 'here' ? 'Create the database' : 'Make it known here'}
              </Button>
            </Group>
          </Stack>
        </form>
      </Card>
    </Page>
  )
}
