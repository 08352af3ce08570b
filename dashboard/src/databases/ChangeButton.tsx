import {Button, Group, Modal, NumberInput, Stack, Text} from '@mantine/core'
import {useDisclosure} from '@mantine/hooks'
import {type FormEvent, useState} from 'react'
import {ANY_VERSION, api} from '../api/client'
import {SHOWN} from '../api/queries'
import {numberOrNull} from '../parts/numbers'
import {ProblemAlert} from '../parts/ProblemAlert'
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
        <Form database={database} close={close} />
      </Modal>
    </>
  )
}

function Form({database, close}: {database: Database; close: () => void}) {
  const [memoryMb, setMemoryMb] = useState<number | string>(database.resources.memoryMb ?? '')
  const [cpus, setCpus] = useState<number | string>(database.resources.cpus ?? '')
  const [externalPort, setExternalPort] = useState<number | string>(database.externalPort ?? '')
  const change = api.useMutation('patch', '/api/databases/{id}', {...SHOWN, onSuccess: close})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    change.mutate({
      params: {path: {id: database.id}, header: ANY_VERSION},
      body: {resources: {memoryMb: numberOrNull(memoryMb), cpus: numberOrNull(cpus)}, externalPort: numberOrNull(externalPort)},
    })
  }
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">Its server restarts for it: connections end, and applications reach it again some seconds later.</Text>
        <NumberInput label="Memory" suffix=" MiB" placeholder="no limit" min={64} max={1_048_576} value={memoryMb} onChange={setMemoryMb} />
        <NumberInput label="Processors" placeholder="no limit" min={0.05} max={256} step={0.25} value={cpus} onChange={setCpus} />
        <NumberInput label="Port for everybody" placeholder="none" min={1024} max={65_535} value={externalPort} onChange={setExternalPort} />
        <ProblemAlert error={change.error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={close}>
            Leave it
          </Button>
          <Button type="submit" loading={change.isPending}>
            Change it
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
