import {Button, FileInput, Group, Modal, Progress, Select, SimpleGrid, Stack, Switch, Text, TextInput} from '@mantine/core'
import {useDisclosure} from '@mantine/hooks'
import {IconUpload} from '@tabler/icons-react'
import {useQueryClient} from '@tanstack/react-query'
import {type FormEvent, useEffect, useRef, useState} from 'react'
import {useNavigate} from 'react-router'
import {api} from '../api/client'
import {Once} from '../api/once'
import {ENGINES} from '../databases/status'
import {bytes} from '../parts/format'
import {ProblemAlert} from '../parts/ProblemAlert'
import {sendFile} from './sendFile'
import type {Backup} from './status'

/** Brings a dump, or a backup that was downloaded elsewhere, here; it is proven like any other. */
export function UploadBackup() {
  const [opened, {open, close}] = useDisclosure()
  // whoever closes the window, or leaves the page, sends no more
  return (
    <>
      <Button variant="default" leftSection={<IconUpload size={16} />} onClick={open}>
        Upload
      </Button>
      <Modal opened={opened} onClose={close} closeOnClickOutside={false} title={<Text fw={650}>Upload a backup or dump</Text>}>
        <Sending close={close} />
      </Modal>
    </>
  )
}

function Sending({close}: {close: () => void}) {
  const navigate = useNavigate()
  const queries = useQueryClient()
  const databases = api.useQuery('get', '/api/databases', {params: {query: {limit: 200}}})
  const [file, setFile] = useState<File | null>(null)
  const [databaseId, setDatabaseId] = useState<string | null>(null)
  const [engine, setEngine] = useState<string | null>('postgresql')
  const [version, setVersion] = useState('')
  const [encrypted, setEncrypted] = useState(false)
  const [sent, setSent] = useState<number | null>(null)
  const [error, setError] = useState<unknown>(null)
  const stop = useRef<AbortController | null>(null)
  const once = useRef(new Once())
  useEffect(() => () => stop.current?.abort(), [])
  const submit = async (event: FormEvent) => {
    event.preventDefault()
    if (file === null) return
    const query = new URLSearchParams({encrypted: String(encrypted), name: file.name.slice(0, 100)})
    if (databaseId !== null) query.set('databaseId', databaseId)
    else {
      query.set('engine', engine ?? 'postgresql')
      query.set('version', version)
    }
    const sending = new AbortController()
    stop.current = sending
    setError(null)
    setSent(0)
    try {
      const made = await sendFile<Backup>(`/api/backups/uploads?${query}`, file, once.current.header, setSent, sending.signal)
      once.current.settled(null)
      await queries.invalidateQueries()
      if (!sending.signal.aborted) void navigate(`/backups/${made.id}`)
    } catch (failure) {
      // what was stopped at its very end may be there already
      if (!sending.signal.aborted) once.current.settled(failure)
      setError(failure)
    } finally {
      setSent(null)
    }
  }
  const choose = (chosen: File | null) => {
    setFile(chosen)
    // another file is another wish, of which the platform sees no more than the name before it has all of it
    once.current = new Once()
  }
  return (
    <form onSubmit={event => void submit(event)}>
      <Stack>
        <FileInput label="File" description="As the engine’s own tool wrote it, or as it was downloaded from a Slipway" required placeholder="Choose a file" value={file} onChange={choose} />
        <Select label="Like the database" description="It says the engine and version" clearable searchable placeholder="none of them" data={databases.data?.items.map(each => ({value: each.id, label: each.name})) ?? []} value={databaseId} onChange={setDatabaseId} />
        {databaseId === null && (
          <SimpleGrid cols={2}>
            <Select label="Engine" allowDeselect={false} data={Object.entries(ENGINES).map(([value, label]) => ({value, label}))} value={engine} onChange={setEngine} />
            <TextInput label="Version" required pattern="[0-9]+(\.[0-9]+)*" value={version} onChange={event => setVersion(event.currentTarget.value)} />
          </SimpleGrid>
        )}
        <Switch label="Seal it" description="Encrypted under the installation’s backup key" checked={encrypted} onChange={event => setEncrypted(event.currentTarget.checked)} />
        {sent !== null && file !== null && (
          <div>
            <Progress value={file.size === 0 ? 100 : (100 * sent) / file.size} animated aria-label="Sent" />
            <Text size="xs" c="dimmed" mt={4}>
              {bytes(sent)} of {bytes(file.size)}
            </Text>
          </div>
        )}
        <ProblemAlert error={error} />
        <Group justify="flex-end">
          <Button variant="default" onClick={() => (sent === null ? close() : stop.current?.abort())}>
            {sent === null ? 'Leave it' : 'Stop'}
          </Button>
          <Button type="submit" loading={sent !== null} disabled={file === null}>
            Upload
          </Button>
        </Group>
      </Stack>
    </form>
  )
}
