import {Button, Group, Modal, Stack, Text, TextInput} from '@mantine/core'
import {useDisclosure} from '@mantine/hooks'
import {type FormEvent, useState} from 'react'
import {api} from '../api/client'
import {SHOWN} from '../api/queries'
import {ProblemAlert} from '../parts/ProblemAlert'
import {type Database, ENGINES, isBusy} from './status'

/** Brings a database to a newer version; its progress is the work shown on its page. */
export function UpgradeButton({database}: {database: Database}) {
  const [opened, {open, close}] = useDisclosure()
  const [version, setVersion] = useState('')
  const upgrade = api.useMutation('post', '/api/databases/{id}/upgrade', {...SHOWN, onSuccess: close})
  const submit = (event: FormEvent) => {
    event.preventDefault()
    upgrade.mutate({params: {path: {id: database.id}}, body: {version}})
  }
  return (
    <>
      <Button variant="default" onClick={open} disabled={isBusy(database) || database.stopped}>
        Upgrade
      </Button>
      <Modal opened={opened} onClose={close} title={<Text fw={650}>Upgrade {database.name}</Text>}>
        <form onSubmit={submit}>
          <Stack>
            <Text size="sm">
              It runs {ENGINES[database.engine]} {database.version}. A verified backup is taken first, then a new server is filled beside the old one, and the
              switch comes last: whatever fails before leaves the old one serving. Its data is kept for 7 days after.
            </Text>
            <TextInput label="To version" required data-autofocus pattern="[0-9]{1,3}(\.[0-9]{1,3}){0,2}" value={version} onChange={event => setVersion(event.currentTarget.value)} />
            <ProblemAlert error={upgrade.error} />
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                Leave it
              </Button>
              <Button type="submit" loading={upgrade.isPending}>
                Upgrade
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
