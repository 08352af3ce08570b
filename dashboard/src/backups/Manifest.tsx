import {Anchor, Button, Card, Code, Group, Table, Text} from '@mantine/core'
import {useState} from 'react'
import {Link} from 'react-router'
import {api} from '../api/client'
import {CopyButton} from '../parts/CopyButton'
import {Facts} from '../parts/Facts'
import {bytes, count, duration} from '../parts/format'
import {When} from '../parts/When'
import type {Backup} from './status'

/** As many tables as are shown before somebody wants them all. */
const AT_FIRST = 100

/** What was taken, as its source told it, and where it lies. */
export function Manifest({backup}: {backup: Backup}) {
  const manifest = backup.manifest
  return (
    <>
      <Card>
        <Facts
          of={{
            Verified: <When at={backup.verifiedAt} none="not (yet)" />,
            Stored: <When at={backup.storedAt} none="not (yet)" />,
            'Where it lies': <Place backup={backup} />,
            Tool: manifest?.tool,
            'Version of its server': manifest?.serverVersion,
            Took: manifest === null ? undefined : duration(manifest.tookMillis),
            Size: manifest === null ? undefined : `${bytes(manifest.storedBytes)}, ${bytes(manifest.plainBytes)} before ${manifest.compression}`,
            Sealed: backup.encrypted ? `under the key ${manifest?.keyId ?? ''}` : 'no',
            Database: backup.databaseId === null ? undefined : <Anchor component={Link} to={`/databases/${backup.databaseId}`}>{backup.subjectName}</Anchor>,
          }}
        />
        {manifest !== null && (
          <Group gap={4} mt="md" wrap="nowrap">
            <Text size="xs" c="dimmed" fw={600}>
              SHA-256
            </Text>
            <Code fz="xs" style={{overflowWrap: 'anywhere'}}>
              {manifest.storedSha256}
            </Code>
            <CopyButton value={manifest.storedSha256} label="Copy the SHA-256" />
          </Group>
        )}
      </Card>
      {manifest !== null && Object.keys(manifest.counts).length > 0 && <Counts counts={manifest.counts} ofVolume={backup.volume !== null} />}
    </>
  )
}

function Place({backup}: {backup: Backup}) {
  const destinations = api.useQuery('get', '/api/destinations', undefined, {staleTime: 60_000})
  const name = destinations.data?.items.find(each => each.id === backup.destinationId)?.name ?? backup.destinationId
  return (
    <>
      {name}
      {backup.objectKey !== null && <Text size="xs" c="dimmed" style={{overflowWrap: 'anywhere'}}>{backup.objectKey}</Text>}
    </>
  )
}

function Counts({counts, ofVolume}: {counts: {[name: string]: number}; ofVolume: boolean}) {
  const rows = Object.entries(counts).sort(([a], [b]) => a.localeCompare(b))
  const [all, setAll] = useState(false)
  const total = rows.reduce((sum, [, amount]) => sum + amount, 0)
  return (
    <Card padding={0}>
      <Table aria-label={ofVolume ? 'What is in the volume' : 'Rows per table'}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th fz="xs" c="dimmed">{ofVolume ? 'In the volume' : count(rows.length, 'table')}</Table.Th>
            <Table.Th fz="xs" c="dimmed" ta="right">{ofVolume ? 'Count' : count(total, 'row')}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {(all ? rows : rows.slice(0, AT_FIRST)).map(([name, amount]) => (
            <Table.Tr key={name}>
              <Table.Td style={{overflowWrap: 'anywhere'}}>{name}</Table.Td>
              <Table.Td ta="right">{amount.toLocaleString('en')}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
      {!all && rows.length > AT_FIRST && (
        <Button variant="subtle" fullWidth onClick={() => setAll(true)}>
          Show all {rows.length.toLocaleString('en')}
        </Button>
      )}
    </Card>
  )
}
