import {Button, Group, Modal, Stack, Switch, Text} from '@mantine/core'
import {useDisclosure} from '@mantine/hooks'
import {IconDatabaseExport} from '@tabler/icons-react'
import {type FormEvent, useState} from 'react'
import {useNavigate} from 'react-router'
import {api} from '../api/client'
import {settles, useOnce} from '../api/once'
import {SHOWN} from '../api/queries'
import {DestinationSelect} from '../destinations/DestinationSelect'
import {ProblemAlert} from '../parts/ProblemAlert'
import type {Subject} from './status'
import {SubjectSelect} from './SubjectSelect'

/**
 * Asks for a backup and goes where one sees it being taken.
 *
 * @param subject what is backed up; left out: it is chosen
 */
export function BackUpNow({subject, name}: {subject?: Subject; name?: string}) {
  const [opened, {open, close}] = useDisclosure()
  return (
    <>
      <Button leftSection={<IconDatabaseExport size={16} />} onClick={open}>
        Back up now
      </Button>
      <Modal opened={opened} onClose={close} title={<Text fw={650}>{name === undefined ? 'Back up now' : `Back up ${name}`}</Text>}>
        <Wish subject={subject} close={close} />
      </Modal>
    </>
  )
}

function Wish({subject, close}: {subject: Subject | undefined; close: () => void}) {
  const navigate = useNavigate()
  const [chosen, setChosen] = useState<Subject | null>(subject ?? null)
  const [destinationId, setDestinationId] = useState<string | null>(null)
  const [encrypted, setEncrypted] = useState(false)
  const [pauseApplication, setPause] = useState(false)
  const once = useOnce()
  const create = api.useMutation('post', '/api/backups', {...SHOWN, ...settles(once), onSuccess: made => void navigate(`/backups/${made.id}`)})
  const isVolume = chosen !== null && 'applicationId' in chosen
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (chosen === null) return
    create.mutate({params: {header: once.header}, body: {...chosen, encrypted, ...(destinationId === null ? {} : {destinationId}), ...(isVolume ? {pauseApplication} : {})}})
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        {subject === undefined && <SubjectSelect value={chosen} onChange={setChosen} />}
        <DestinationSelect value={destinationId} onChange={setDestinationId} />
        <Switch label="Seal it" description="Encrypted under the installation’s backup key" checked={encrypted} onChange={event => setEncrypted(event.currentTarget.checked)} />
        {isVolume && (
          <Switch label="Pause the application meanwhile" description="Its files stand still while they are read" checked={pauseApplication} onChange={event => setPause(event.currentTarget.checked)} />
        )}
        <ProblemAlert error={create.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={create.isPending} disabled={chosen === null}>
            Take the backup
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
