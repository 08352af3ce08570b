import {Button, Group, Modal, NumberInput, Stack, Text} from '@mantine/core'
import {useDisclosure} from '@mantine/hooks'
import {type FormEvent, useState} from 'react'
import {api, client} from '../api/client'
import {SHOWN} from '../api/queries'
import {useVersioned, type Versioned} from '../api/versioned'
import {Loaded} from '../parts/Loaded'
import {ProblemAlert} from '../parts/ProblemAlert'
import {fieldsOf, toChange} from './change'
import {type Database, isBusy} from './status'

/** Changes what a database may use and from where it is reached; its server restarts for it. */
export function ChangeButton({database}: {database: Database}) {
  const [opened, {open, close}] = useDisclosure()
  return (
    <>
      <Button variant="default" onClick={open} disabled={isBusy(database)}>
        Change
      </Button>
      <Modal opened={opened} onClose={close} title={<Text fw={650}>Change {database.name}</Text>}>
        <Read id={database.id} close={close} />
      </Modal>
    </>
  )
}

function Read({id, close}: {id: string; close: () => void}) {
  const read = useVersioned(['database', id], () => client.GET('/api/databases/{id}', {params: {path: {id}}}))
  return <Loaded query={read}>{known => <Form known={known} close={close} />}</Loaded>
}

function Form({known, close}: {known: Versioned<Database>; close: () => void}) {
  // as it was when the form was filled, whatever is read later
  const [{found, version}] = useState(known)
  const [fields, setFields] = useState(fieldsOf(found))
  const wish = toChange(found, fields)
  const change = api.useMutation('patch', '/api/databases/{id}', {...SHOWN, onSuccess: close})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (wish !== null) change.mutate({params: {path: {id: found.id}, header: {'If-Match': version}}, body: wish})
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">Its server restarts for it: connections end, and applications reach it again some seconds later.</Text>
        <NumberInput label="Memory" suffix=" MiB" placeholder="no limit" min={64} max={1_048_576} value={fields.memoryMb} onChange={memoryMb => setFields({...fields, memoryMb})} />
        <NumberInput label="Processors" placeholder="no limit" min={0.05} max={256} step={0.25} value={fields.cpus} onChange={cpus => setFields({...fields, cpus})} />
        <NumberInput label="Port for everybody" placeholder="none" min={1024} max={65_535} value={fields.externalPort} onChange={externalPort => setFields({...fields, externalPort})} />
        <ProblemAlert error={change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={change.isPending} disabled={wish === null}>
            Change it
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
