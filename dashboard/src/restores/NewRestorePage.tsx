import {Alert, Button, Card, Group, MultiSelect, Radio, Select, SimpleGrid, Stack, Text, TextInput} from '@mantine/core'
import {IconShieldCheck} from '@tabler/icons-react'
import {type FormEvent, useState} from 'react'
import {Link, useNavigate, useParams} from 'react-router'
import {api} from '../api/client'
import {settles, useOnce} from '../api/once'
import {SHOWN} from '../api/queries'
import type {Backup} from '../backups/status'
import {moment} from '../parts/format'
import {Loaded} from '../parts/Loaded'
import {Page} from '../parts/Page'
import {ProblemAlert} from '../parts/ProblemAlert'
import {ProjectSelect} from '../parts/ProjectSelect'
import {toRestore} from './wish'

/** Restoring a backup: where to, and how much of it. */
export function NewRestorePage() {
  const {id = ''} = useParams()
  const backup = api.useQuery('get', '/api/backups/{id}', {params: {path: {id}}})
  return (
    <Page
      title={backup.data === undefined ? 'Restore' : `Restore ${backup.data.subjectName}`}
      under={{to: `/backups/${id}`, label: 'The backup'}}
      about={backup.data && `As it was on ${moment(backup.data.manifest?.takenAt ?? backup.data.createdAt)}`}
    >
      <Loaded query={backup}>{found => <Form key={found.id} backup={found} />}</Loaded>
    </Page>
  )
}

function Form({backup}: {backup: Backup}) {
  const navigate = useNavigate()
  const isVolume = backup.volume !== null
  const databases = api.useQuery('get', '/api/databases', {params: {query: {limit: 200}}}, {enabled: !isVolume})
  const [way, setWay] = useState<'new' | 'place'>(isVolume ? 'place' : 'new')
  const [name, setName] = useState(`${backup.subjectName.slice(0, 34)}-copy`)
  const [projectId, setProjectId] = useState<string | null>(null)
  const [targetId, setTargetId] = useState<string | null>(backup.databaseId)
  const [only, setOnly] = useState<string[]>([])
  const [typed, setTyped] = useState('')
  const once = useOnce()
  const create = api.useMutation('post', '/api/restores', {...SHOWN, ...settles(once), onSuccess: made => void navigate(`/restores/${made.id}`)})
  const targets = databases.data?.items.filter(each => each.engine === backup.engine && !each.external) ?? []
  const targetName = isVolume ? backup.subjectName : (targets.find(each => each.id === targetId)?.name ?? null)
  const submit = (event: FormEvent) => {
    event.preventDefault()
    create.mutate({params: {header: once.header}, body: toRestore(backup, way === 'new' ? {name, projectId} : {databaseId: targetId}, only)})
  }
  return (
    <Card maw={720}>
      <form onSubmit={submit}>
        <Stack>
          {!isVolume && (
            <Radio.Group label="Where to" value={way} onChange={value => setWay(value as typeof way)}>
              <Stack gap="xs" mt="xs">
                <Radio value="new" label="Into a new database" description="Nothing that serves is touched" />
                <Radio value="place" label="In the place of what is in a database" description="What is there is backed up and proven first" />
              </Stack>
            </Radio.Group>
          )}
          {way === 'new' && (
            <SimpleGrid cols={{base: 1, xs: 2}}>
              <TextInput label="Name of the new database" required pattern="[a-z0-9]([a-z0-9\-]*[a-z0-9])?" maxLength={40} value={name} onChange={event => setName(event.currentTarget.value)} />
              <ProjectSelect value={projectId} onChange={setProjectId} />
            </SimpleGrid>
          )}
          {way === 'place' && !isVolume && (
            <Select label="Database" required allowDeselect={false} data={targets.map(each => ({value: each.id, label: each.name}))} value={targetId} onChange={setTargetId} />
          )}
          {!isVolume && <Parts backup={backup} only={only} onChange={setOnly} />}
          {way === 'place' && (
            <>
              <Alert color="orange" icon={<IconShieldCheck />} title={`What is in ${targetName ?? 'it'} now is replaced`}>
                {isVolume ? (
                  <>
                    Its application must be stopped. What is in the volume is backed up and proven first; then the volume is emptied, filled and compared. The
                    way back is that safety backup, which the restore names.
                  </>
                ) : (
                  <>
                    It is backed up and proven first, a new server is filled beside it, and the switch comes last: any failure before leaves the old data serving.
                    The way back is that safety backup, which the restore names; restore it in place.
                  </>
                )}
              </Alert>
              {targetName !== null && (
                <TextInput label={<>Type <b>{targetName}</b> to confirm</>} autoComplete="off" spellCheck={false} value={typed} onChange={event => setTyped(event.currentTarget.value)} />
              )}
            </>
          )}
          <ProblemAlert error={create.error} />
          <Group justify="flex-end">
            <Button variant="default" component={Link} to={`/backups/${backup.id}`}>
              Leave it
            </Button>
            <Button type="submit" color={way === 'place' ? 'red' : undefined} loading={create.isPending} disabled={way === 'place' && (targetName === null || typed !== targetName)}>
              {way === 'new' ? 'Restore into a new database' : 'Replace and restore'}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}

/** Some of the tables, or databases, where one does not want all. */
function Parts({backup, only, onChange}: {backup: Backup; only: string[]; onChange: (only: string[]) => void}) {
  const known = Object.keys(backup.manifest?.counts ?? {})
  return (
    <MultiSelect
      label="What of it"
      description={<Text span inherit>Choose tables to restore nothing else, where the engine can do so</Text>}
      placeholder={only.length === 0 ? 'all of it' : undefined}
      searchable
      clearable
      data={known}
      value={only}
      onChange={onChange}
    />
  )
}
