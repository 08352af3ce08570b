import {Autocomplete, Button, Group, NumberInput, Select, Stack, Switch, TextInput} from '@mantine/core'
import {type FormEvent, useState} from 'react'
import {api, client, type Schemas} from '../api/client'
import {SHOWN} from '../api/queries'
import {useVersioned, type Versioned} from '../api/versioned'
import type {Subject} from '../backups/status'
import {SubjectSelect} from '../backups/SubjectSelect'
import {DestinationSelect} from '../destinations/DestinationSelect'
import {Loaded} from '../parts/Loaded'
import {numberOrNull} from '../parts/numbers'
import {ProblemAlert} from '../parts/ProblemAlert'
import {OFTEN} from './words'

type Schedule = Schemas['BackupSchedule']

const OTHER = 'other'
const BEFORE = 'before'

/**
 * A new schedule, or changes of one.
 *
 * @param id of the one to be changed; null: a new one
 * @param subject what it backs up; null: it is chosen
 */
export function ScheduleForm({id, subject, close}: {id: string | null; subject: Subject | null; close: () => void}) {
  return id === null ? <Form known={null} subject={subject} close={close} /> : <Read id={id} close={close} />
}

function Read({id, close}: {id: string; close: () => void}) {
  const read = useVersioned(['schedule', id], () => client.GET('/api/backup-schedules/{id}', {params: {path: {id}}}))
  return <Loaded query={read}>{known => <Form known={known} subject={null} close={close} />}</Loaded>
}

function Form({known, subject, close}: {known: Versioned<Schedule> | null; subject: Subject | null; close: () => void}) {
  // as it was when the form was filled, whatever is read later
  const [base] = useState(known)
  const schedule = base?.found ?? null
  const [chosen, setChosen] = useState(subject)
  const [name, setName] = useState(schedule?.name ?? 'nightly')
  const [cron, setCron] = useState(schedule?.cron ?? '0 2 * * *')
  const [occasion, setOccasion] = useState(schedule?.beforeDeploymentsOf != null ? BEFORE : OFTEN.some(each => each.value === cron) ? cron : OTHER)
  const [application, setApplication] = useState<string | null>(schedule?.beforeDeploymentsOf ?? null)
  const [timeZone, setTimeZone] = useState(schedule?.timeZone ?? Intl.DateTimeFormat().resolvedOptions().timeZone)
  const [keepDays, setKeepDays] = useState<number | string>(schedule === null ? 30 : (schedule.keepDays ?? ''))
  const [keepCount, setKeepCount] = useState<number | string>(schedule?.keepCount ?? '')
  const [destinationId, setDestinationId] = useState<string | null>(schedule?.destinationId ?? null)
  const [encrypted, setEncrypted] = useState(schedule?.encrypted ?? false)
  const [pauseApplication, setPause] = useState(schedule?.pauseApplication ?? false)
  const isVolume = schedule === null ? chosen !== null && 'applicationId' in chosen : schedule.volume !== null
  const create = api.useMutation('post', '/api/backup-schedules', {...SHOWN, onSuccess: close})
  const change = api.useMutation('patch', '/api/backup-schedules/{id}', {...SHOWN, onSuccess: close})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    const common = {
      name,
      keepDays: numberOrNull(keepDays),
      keepCount: numberOrNull(keepCount),
      encrypted,
      ...(isVolume ? {pauseApplication} : {}),
      ...(destinationId === null ? {} : {destinationId}),
      ...(occasion === BEFORE ? {} : {cron, timeZone}),
    }
    if (base !== null) {
      change.mutate({params: {path: {id: base.found.id}, header: {'If-Match': base.version}}, body: common})
    } else if (chosen !== null) {
      create.mutate({body: {...common, ...chosen, ...(occasion === BEFORE && application !== null ? {beforeDeploymentsOf: application} : {})}})
    }
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {schedule === null && subject === null && <SubjectSelect value={chosen} onChange={setChosen} />}
        <TextInput label="Name" required maxLength={60} value={name} onChange={event => setName(event.currentTarget.value)} />
        <Select
          label="When"
          allowDeselect={false}
          disabled={schedule !== null && occasion === BEFORE}
          data={[...OFTEN, {value: OTHER, label: 'At other times (cron)'}, ...(schedule === null || occasion === BEFORE ? [{value: BEFORE, label: 'Before each deployment of an application'}] : [])]}
          value={occasion}
          onChange={value => {
            if (value === null) return
            setOccasion(value)
            if (value !== OTHER && value !== BEFORE) setCron(value)
          }}
        />
        {occasion === OTHER && (
          <TextInput label="Cron" description="Minute, hour, day of the month, month, day of the week" required value={cron} onChange={event => setCron(event.currentTarget.value)} ff="monospace" />
        )}
        {occasion === BEFORE && schedule === null && <ApplicationSelect value={application} onChange={setApplication} />}
        {occasion !== BEFORE && (
          <Autocomplete label="Time zone" required data={Intl.supportedValuesOf('timeZone')} limit={20} value={timeZone} onChange={setTimeZone} />
        )}
        <Group grow align="flex-start">
          <NumberInput label="Keep for days" placeholder="no limit" min={1} max={3_650} value={keepDays} onChange={setKeepDays} />
          <NumberInput label="Keep at most" placeholder="no limit" min={1} max={10_000} value={keepCount} onChange={setKeepCount} />
        </Group>
        <DestinationSelect kept={schedule !== null} value={destinationId} onChange={setDestinationId} />
        <Switch label="Seal them" description="Encrypted under the installation’s backup key" checked={encrypted} onChange={event => setEncrypted(event.currentTarget.checked)} />
        {isVolume && (
          <Switch label="Pause the application meanwhile" description="Its files stand still while they are read" checked={pauseApplication} onChange={event => setPause(event.currentTarget.checked)} />
        )}
        <ProblemAlert error={create.error ?? change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={create.isPending || change.isPending} disabled={schedule === null && chosen === null}>
            {schedule === null ? 'Add the schedule' : 'Save'}
          </Button>
        </Group>
      </Stack>
    </form>
  )
}

function ApplicationSelect({value, onChange}: {value: string | null; onChange: (id: string | null) => void}) {
  const applications = api.useQuery('get', '/api/applications', {params: {query: {limit: 200}}})
  return <Select label="Application" description="Of the same project; it starts nothing new before the backup is verified" required searchable data={applications.data?.items.map(each => ({value: each.id, label: each.name})) ?? []} value={value} onChange={onChange} />
}
